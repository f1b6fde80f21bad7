package runbook.expr;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.type.Conversion;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** Holds an argument against the type that is wanted. */
public final class ValueChecker {
  private final Scope scope;
  private final Problems problems;

  public ValueChecker(Scope scope, Problems problems) {
    this.scope = scope;
    this.problems = problems;
  }

  /** One that takes what a skipped step would have given, since something else looks at that. */
  public ValueChecker withSkipped() {
    return new ValueChecker(
        new Scope() {
          @Override
          public Set<String> roots() {
            return scope.roots();
          }

          @Override
          public Collection<String> members(String root) {
            return scope.members(root);
          }

          @Override
          public Optional<Type> type(
              String root, Optional<String> member, Span at, Problems problems) {
            return scope.type(root, member, at, problems);
          }
        },
        problems);
  }

  /** Paths of what is there where a condition holds. */
  public static Set<String> presentWhen(Value condition) {
    return condition instanceof Value.Text(var t)
            && t.pieces().size() == 1
            && t.pieces().getFirst() instanceof Template.Piece.Hole(var e)
        ? e.presentWhenTrue()
        : Set.of();
  }

  /** Adds whatever does not fit. */
  public void check(Value value, Type wanted) {
    switch (value) {
      case Value.Literal(var plain, var span, var _) -> literal(plain, wanted, span);
      case Value.Text(var template) -> text(template, wanted);
      case Value.Items(var items, var span) -> {
        if (wanted instanceof Type.ListOf(var element)) items.forEach(i -> check(i, element));
        else if (wanted == Simple.ANY) items.forEach(i -> check(i, Simple.ANY));
        else mismatch(span, "a list", wanted);
      }
      case Value.Fields f -> fields(f, wanted);
    }
  }

  /** The type of an expression or literal, whatever it is. */
  public Type typeOf(Value value) {
    return switch (value) {
      case Value.Text(var template) -> template.check(scope, problems);
      case Value.Items(var items, var _) -> {
        var types = items.stream().map(this::typeOf).toList();
        yield new Type.ListOf(common(types));
      }
      case Value.Fields f -> {
        var types = f.values().values().stream().map(this::typeOf).toList();
        // its members are of different types, which nobody declared
        yield new Type.MapOf(
            types.stream().anyMatch(Type::holdsSecret) ? Simple.SECRET : Simple.ANY);
      }
      case Value.Literal(var plain, var _, var _) ->
          switch (plain.orElse("")) {
            case Long _ -> Simple.INTEGER;
            case Boolean _ -> Simple.BOOLEAN;
            case String _ -> Simple.STRING;
            default -> Simple.NUMBER;
          };
    };
  }

  private static Type common(List<Type> types) {
    if (types.stream().anyMatch(Type::holdsSecret)) return Simple.SECRET;
    return types.stream()
        .map(Optional::of)
        .reduce((a, b) -> a.flatMap(x -> b.flatMap(y -> Operators.either(x, y))))
        .flatMap(t -> t)
        .orElse(Simple.ANY);
  }

  private void literal(Optional<Object> plain, Type wanted, Span span) {
    if (plain.isEmpty()) {
      problems.error(
          Code.WRONG_TYPE, span, "There is no value here, but " + wanted.title() + " is needed.");
      return;
    }
    if (wanted == Simple.SECRET) {
      problems.error(
          Code.SECRET_IN_PLAN,
          span,
          "A secret cannot stand in a plan.",
          "Declare a parameter of type `secret` with an `env`, and refer to it.");
      return;
    }
    try {
      Conversion.convert(wanted, plain.get());
    } catch (IllegalArgumentException e) {
      var near =
          wanted instanceof Type.Choice(var words) && plain.get() instanceof String s
              ? Spelling.nearest(s, words)
              : Optional.<String>empty();
      problems.error(
          Code.WRONG_TYPE, span, e.getMessage(), near.map(n -> "Did you mean `" + n + "`?"));
    }
  }

  private void text(Template template, Type wanted) {
    var type = template.check(scope, problems);
    boolean exposed = type.holdsSecret() && !takesSecrets(wanted);
    if (wanted.accepts(type) && !exposed) return;
    if (exposed) {
      problems.error(
          Code.SECRET_EXPOSED,
          template.span(),
          "A secret cannot go here, since the journal and the log would show it.",
          "Secrets go into `env` of an `exec` step and into `connections`.");
      return;
    }
    mismatch(template.span(), type.title(), wanted);
  }

  /** A place for anything is none for secrets. */
  private static boolean takesSecrets(Type wanted) {
    return switch (wanted) {
      case Type.ListOf(var e) -> takesSecrets(e);
      case Type.MapOf(var v) -> takesSecrets(v);
      default -> wanted == Simple.SECRET || wanted == Simple.WORD;
    };
  }

  private void fields(Value.Fields given, Type wanted) {
    switch (wanted) {
      case Type.MapOf(var of) -> given.values().values().forEach(v -> check(v, of));
      case Type.Struct s when !s.output() -> {
        given
            .values()
            .forEach((name, value) -> {
              var field = s.fields().get(name);
              if (field == null) {
                problems.error(
                    Code.UNKNOWN_KEY,
                    given.keys().get(name),
                    "`" + s.name() + "` has no `" + name + "`.",
                    Spelling.hint(name, s.fields().keySet()));
              } else {
                check(value, field.type());
              }
            });
        s.fields()
            .forEach((name, field) -> {
              if (!field.optional() && !given.values().containsKey(name)) {
                problems.error(Code.MISSING_KEY, given.span(), "`" + name + "` is missing here.");
              }
            });
      }
      default -> {
        if (wanted == Simple.ANY) given.values().values().forEach(v -> check(v, Simple.ANY));
        else mismatch(given.span(), "a map", wanted);
      }
    }
  }

  private void mismatch(Span span, String given, Type wanted) {
    var hint =
        wanted instanceof Type.Struct s && s.output()
            ? Optional.of("Refer to the step itself: `${steps.id}`.")
            : Optional.<String>empty();
    problems.error(
        Code.WRONG_TYPE,
        span,
        "This is " + given + ", but " + wanted.title() + " is needed.",
        hint);
  }
}
