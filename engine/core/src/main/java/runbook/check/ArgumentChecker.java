package runbook.check;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.action.Effect;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.expr.Template.Piece;
import runbook.expr.Value;
import runbook.expr.ValueChecker;
import runbook.plan.Plan;
import runbook.plan.Step;
import runbook.type.Conversion;
import runbook.type.FileRef;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** Holds the arguments of an action against what it declares, and against what it says itself. */
final class ArgumentChecker {
  /** As different as can be: in length, and in what they could be. */
  private static final List<String> EXAMPLES =
      List.of("a", "example.com", "https://example.com/", "17", "x".repeat(200));

  private final Plan plan;
  private final Frame frame;
  private final Problems problems;

  ArgumentChecker(Frame frame, Problems problems) {
    this.plan = frame.plan();
    this.frame = frame;
    this.problems = problems;
  }

  /** Adds whatever is wrong with the arguments of a call. */
  void check(Step.Call call, ValueChecker checker) {
    var type = call.type();
    int before = problems.count();
    call.arguments()
        .forEach((name, value) -> {
          var field = type.parameters().get(name);
          if (field == null) return;
          // whether a proof may be skipped is a question of its own
          boolean proof = type.effect() == Effect.DESTROY && isOutput(field.type());
          (proof ? checker.withSkipped() : checker).check(value, field.type());
          place(type.placeParameters().contains(name), field.type(), value);
        });
    if (problems.count() == before) constructible(call);
  }

  private static boolean isOutput(Type type) {
    return type instanceof Type.Struct s && s.output();
  }

  /**
   * What the action itself says of its arguments. Parameters have their defaults. What is not known
   * before the run is stood for by several examples, and what the action says of all of them is no
   * matter of the value.
   */
  private void constructible(Step.Call call) {
    var declared = call.type().parameters();
    boolean complete =
        declared.entrySet().stream()
            .allMatch(p -> p.getValue().optional() || call.arguments().containsKey(p.getKey()));
    if (!complete || !declared.keySet().containsAll(call.arguments().keySet())) return;
    var values = new IdentityHashMap<Value, Object>();
    call.arguments().values().forEach(v -> known(v, values));
    boolean known = call.arguments().values().stream().allMatch(values::containsKey);
    var complaints = new HashSet<Optional<String>>();
    for (var example : known ? List.of("") : EXAMPLES)
      complaints.add(complaint(call, values, example));
    if (complaints.size() == 1) {
      complaints.iterator().next().ifPresent(words -> report(call, values, words));
    } else {
      complaints.stream()
          .flatMap(Optional::stream)
          .filter(words -> isAboutKnown(words, values))
          .forEach(words -> report(call, values, words));
    }
  }

  /** What quotes a value that is known, and no example, is a matter of that value alone. */
  private static boolean isAboutKnown(String words, Map<Value, Object> known) {
    return known.values().stream().anyMatch(v -> quotes(words, v))
        && EXAMPLES.stream().noneMatch(e -> quotes(words, e));
  }

  /** Finds out what is known of a value, or of its parts where the whole is not. */
  private void known(Value value, Map<Value, Object> known) {
    frame.symbol(value).value().ifPresent(v -> known.put(value, v));
    switch (value) {
      case Value.Items(var items, var _) -> items.forEach(i -> known(i, known));
      case Value.Fields f -> f.values().values().forEach(v -> known(v, known));
      case Value.Literal _, Value.Text _ -> {}
    }
  }

  private static Optional<String> complaint(
      Step.Call call, Map<Value, Object> known, String example) {
    try {
      var arguments = new HashMap<String, Object>();
      call.arguments()
          .forEach((name, value) -> {
            var type = call.type().parameters().get(name).type();
            arguments.put(name, Conversion.convert(type, plain(value, type, known, example)));
          });
      call.type().construct(arguments);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The value; where it is not known, something of the type that is made of the example. */
  private static Object plain(Value value, Type type, Map<Value, Object> known, String example) {
    if (known.containsKey(value)) return known.get(value);
    return switch (type) {
      case Type.ListOf(var element) when value instanceof Value.Items(var items, var _) ->
          items.stream().map(i -> plain(i, element, known, example)).toList();
      case Type.MapOf(var of) when value instanceof Value.Fields f -> {
        var out = new HashMap<String, Object>();
        f.values().forEach((k, v) -> out.put(k, plain(v, of, known, example)));
        yield out;
      }
      case Type.Struct s when value instanceof Value.Fields f -> {
        var out = new HashMap<String, Object>();
        f.values()
            .forEach((k, v) -> out.put(k, plain(v, s.fields().get(k).type(), known, example)));
        yield out;
      }
      default -> example(type, example);
    };
  }

  private static Object example(Type type, String example) {
    return switch (type) {
      case Simple s ->
          switch (s) {
            case INTEGER, NUMBER -> (long) example.length();
            case BOOLEAN -> example.length() % 2 == 0;
            case DURATION -> example.length() + "s";
            case QUANTITY -> example.length() + "Gi";
            case FILE -> "local:/" + example.length();
            case PATH -> "file" + example.length();
            default -> example;
          };
      case Type.ListOf(var element) -> List.of(example(element, example));
      case Type.MapOf(var of) -> Map.of(example, example(of, example));
      case Type.Choice(var words) -> words.get(example.length() % words.size());
      case Type.Struct s -> {
        var out = new HashMap<String, Object>();
        s.fields().forEach((name, field) -> out.put(name, example(field.type(), example)));
        yield out;
      }
    };
  }

  /** At the value that the words quote: in the call, or where it is a parameter's default. */
  private void report(Step.Call call, Map<Value, Object> known, String words) {
    var here =
        call.arguments().values().stream()
            .flatMap(ArgumentChecker::parts)
            .filter(v -> quotes(words, known.get(v)))
            .min(Comparator.comparing(v -> !v.isConstant()));
    var preset =
        here.flatMap(frame::parameter)
            .or(() -> here.flatMap(v -> toBlame(call, known, v)))
            .or(() -> here.isPresent() ? Optional.empty() : elementOfDefault(call, words))
            .flatMap(p ->
                p.written().stream()
                    .flatMap(ArgumentChecker::parts)
                    .filter(v ->
                        v instanceof Value.Literal(var plain, var _, var _)
                            && (quotes(words, plain.orElse(null)) || p.preset().equals(plain)))
                    .findFirst());
    if (preset.isPresent())
      problems.error(
          Code.INVALID_ARGUMENT,
          preset.get().span(),
          words,
          "`" + call.type().name() + "` in line " + call.span().line() + " takes it.");
    else problems.error(Code.INVALID_ARGUMENT, here.map(Value::span).orElse(call.span()), words);
  }

  /**
   * The parameter in a text whose default is what the action complains of: with another value there
   * is no complaint.
   */
  private Optional<Plan.Parameter> toBlame(Step.Call call, Map<Value, Object> known, Value text) {
    return frame
        .only(text)
        .filter(p ->
            EXAMPLES.stream()
                .anyMatch(example -> {
                  var other = new IdentityHashMap<>(known);
                  frame.with(p, example, text).ifPresent(v -> other.put(text, v));
                  return complaint(call, other, example).isEmpty();
                }));
  }

  /** The parameter that a call takes whole, and in whose default the words quote an element. */
  private Optional<Plan.Parameter> elementOfDefault(Step.Call call, String words) {
    return call.arguments().values().stream()
        .flatMap(ArgumentChecker::parts)
        .flatMap(v -> frame.parameter(v).stream())
        .filter(p ->
            p.preset().orElse(null) instanceof List<?> l
                && l.stream().anyMatch(e -> quotes(words, e)))
        .findFirst();
  }

  private static boolean quotes(String words, Object value) {
    return value != null && words.contains("`" + Conversion.written(value) + "`");
  }

  private static Stream<Value> parts(Value value) {
    return switch (value) {
      case Value.Literal _, Value.Text _ -> Stream.of(value);
      case Value.Items(var items, var _) -> items.stream().flatMap(ArgumentChecker::parts);
      case Value.Fields(var values, var _, var _) ->
          values.values().stream().flatMap(ArgumentChecker::parts);
    };
  }

  private void place(boolean namesPlace, Type type, Value value) {
    if (value instanceof Value.Items(var items, var _) && type instanceof Type.ListOf(var element))
      items.forEach(i -> place(false, element, i));
    if (!namesPlace && type != Simple.FILE && type != Simple.PATH) return;
    var known = frame.symbol(value).value().map(Object::toString);
    if (namesPlace) {
      known.ifPresent(text -> placeExists(text, value.span()));
    } else if (type == Simple.FILE) {
      known
          .or(() -> beginning(value))
          .flatMap(FileRef::parse)
          .ifPresent(f -> placeExists(f.place(), value.span()));
    } else {
      known.filter(text -> !isFile(text)).ifPresent(text -> noFile(text, value));
    }
  }

  private boolean isFile(String path) {
    try {
      return Files.exists(plan.folder().resolve(path));
    } catch (InvalidPathException e) {
      // the type of the argument says so
      return true;
    }
  }

  /** Where the folder is a parameter and not there, that is said of the parameter. */
  private void noFile(String path, Value value) {
    var folder =
        frame.only(value).filter(p -> p.preset().filter(f -> !isFile(f.toString())).isPresent());
    var place = folder.flatMap(Plan.Parameter::written).map(Value::span).orElse(value.span());
    var missing = folder.flatMap(Plan.Parameter::preset).map(Object::toString).orElse(path);
    problems.error(
        Code.FILE_MISSING,
        place,
        "There is no file `" + missing + "` beside the plan.",
        "Paths are relative to the folder of the plan.");
  }

  /** With something behind it, of a text whose end is known in the run only. */
  private static Optional<String> beginning(Value value) {
    return value instanceof Value.Text(var t)
            && t.pieces().getFirst() instanceof Piece.Text(var begin)
        ? Optional.of(begin + "x")
        : Optional.empty();
  }

  private void placeExists(String name, Span span) {
    if (name.equals(FileRef.LOCAL) || plan.places().containsKey(name)) return;
    var known = new HashSet<>(plan.places().keySet());
    known.add(FileRef.LOCAL);
    problems.error(
        Code.UNKNOWN_PLACE, span, "There is no place `" + name + "`.", Spelling.hint(name, known));
  }
}
