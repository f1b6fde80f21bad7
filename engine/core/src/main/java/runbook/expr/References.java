package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.List;
import java.util.Optional;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** What names stand for: parameters, what steps give, and the members of both. */
final class References {
  private final TypeChecker checker;
  private final Scope scope;
  private final Problems problems;

  References(TypeChecker checker, Scope scope, Problems problems) {
    this.checker = checker;
    this.scope = scope;
    this.problems = problems;
  }

  Type reference(ASTReference node) {
    if (!(child(node, 0) instanceof ASTIdentifier first)) {
      Type type = checker.type(child(node, 0));
      return access(node, 1, type, checker.spans().text(child(node, 0)));
    }
    Optional<String> member =
        node.jjtGetNumChildren() > 1 ? literalName(child(node, 1)) : Optional.empty();
    boolean listed = isListed(first.getName());
    if (listed && member.isEmpty()) return refuseComputed(node);
    var at = listed ? checker.spans().member(node, 1) : checker.span(first);
    var type = root(first, listed ? member : Optional.empty(), at);
    if (first.getName().equals("steps")) member.ifPresent(step -> ran(step, at));
    return access(
        node,
        listed ? 2 : 1,
        type,
        listed ? first.getName() + "." + member.get() : first.getName());
  }

  private void ran(String step, Span at) {
    scope
        .skippable(step)
        .filter(_ -> !checker.mayUse("steps." + step))
        .ifPresent(when ->
            problems.error(
                Code.MAY_BE_ABSENT,
                at,
                "The step `" + step + "` may be skipped, and then it gives nothing.",
                "Ask first, `steps.%s == null ? … : steps.%s…`; or give a default, `steps.%s… ?? …`;"
                        .formatted(step, step, step)
                    + " or let this have the same `when`: `"
                    + when
                    + "`."));
  }

  private void always(String path, Optional<String> known, Span at) {
    if (checker.mayUse(known.orElse(path))) return;
    problems.error(
        Code.MAY_BE_ABSENT,
        at,
        "`" + path + "` is not always there.",
        "Give a default, `%s ?? …`; or ask first: `%s == null ? … : …`.".formatted(path, path));
  }

  /** Whether a root is no value itself, but a list of names, which may be empty. */
  private static boolean isListed(String root) {
    return root.equals("steps") || root.equals("parameters");
  }

  Type root(ASTIdentifier name) {
    if (isListed(name.getName())) return refuseComputed(name);
    return root(name, Optional.empty(), checker.span(name));
  }

  private Type root(ASTIdentifier name, Optional<String> member, Span at) {
    if (!scope.roots().contains(name.getName())) {
      var wrapped =
          Spelling.nearest(name.getName(), scope.roots()).map(n -> "Did you mean `" + n + "`?");
      problems.error(
          Code.UNKNOWN_NAME,
          checker.span(name),
          "There is no `" + name.getName() + "` here.",
          wrapped.or(() -> Optional.of(owner(name.getName()))));
      return Simple.ANY;
    }
    return scope.type(name.getName(), member, at, problems).orElse(Simple.ANY);
  }

  /** Where a bare name would have to be looked up. */
  private String owner(String name) {
    for (var root : List.of("parameters", "steps")) {
      if (scope.members(root).contains(name)) return "Did you mean `" + root + "." + name + "`?";
    }
    if (name.equals("item"))
      return "`item` is there in a step that has `forEach`; its `when` is asked once, before any item.";
    return "A shell variable is `$"
        + name
        + "`, without braces; an expression begins with `parameters`, `steps`, `item` or `run`.";
  }

  private Type refuseComputed(JexlNode at) {
    problems.error(
        Code.UNKNOWN_NAME,
        checker.span(at),
        "Name the member here: `parameters.name`, `steps.id`.");
    return Simple.ANY;
  }

  private Type access(JexlNode node, int from, Type type, String path) {
    for (int i = from; i < node.jjtGetNumChildren(); i++) {
      var step = child(node, i);
      var name = literalName(step);
      var at = checker.spans().member(node, i);
      if (name.isEmpty()) {
        type = element(step, at, type, path);
        path = path + literalIndex(step).map(n -> "[" + n + "]").orElse("[…]");
        continue;
      }
      if (type.field(name.get()).map(Type.Field::optional).orElse(false))
        always(path + "." + name.get(), Facts.path(node, i), at);
      type = member(at, type, name.get(), path);
      path = path + "." + name.get();
    }
    return type;
  }

  private Type member(Span at, Type type, String name, String path) {
    switch (type) {
      case Type.Struct s -> {
        var field = s.fields().get(name);
        if (field != null) return field.type();
        problems.error(
            Code.UNKNOWN_OUTPUT,
            at,
            "`" + path + "` has no `" + name + "`.",
            Spelling.hint(name, s.fields().keySet()));
        return Simple.ANY;
      }
      case Type.MapOf(var value) -> {
        return value;
      }
      default -> {
        if (type == Simple.ANY) return Simple.ANY;
        if (type instanceof Type.ListOf(var e) && name.matches("\\d+")) return e;
        problems.error(
            Code.UNKNOWN_OUTPUT,
            at,
            "`" + path + "` is " + type.title() + " and has no `" + name + "`.");
        return Simple.ANY;
      }
    }
  }

  /** {@code list[i]} or {@code map[key]} with a computed index. */
  private Type element(JexlNode part, Span at, Type type, String path) {
    if (part.jjtGetNumChildren() != 1) return checker.refuse(part);
    var index = checker.type(child(part, 0));
    return switch (type) {
      case Type.ListOf(var e) when Simple.INTEGER.accepts(index) -> e;
      case Type.MapOf(var v) when Simple.STRING.accepts(index) -> v;
      default -> {
        if (type != Simple.ANY && index != Simple.ANY) {
          problems.error(
              Code.WRONG_TYPE,
              at,
              "`"
                  + path
                  + "` is "
                  + type.title()
                  + " and cannot be indexed with "
                  + index.title()
                  + ".");
        }
        yield Simple.ANY;
      }
    };
  }

  static Optional<String> literalIndex(JexlNode part) {
    return part.jjtGetNumChildren() == 1 && child(part, 0) instanceof ASTNumberLiteral n
        ? Optional.of(String.valueOf(n.getLiteral()))
        : Optional.empty();
  }

  static Optional<String> literalName(JexlNode node) {
    return switch (node) {
      case ASTIdentifierAccess a when a.getClass() == ASTIdentifierAccess.class ->
          Optional.of(a.getName());
      case ASTArrayAccess a
          when a.jjtGetNumChildren() == 1 && child(a, 0) instanceof ASTStringLiteral s ->
          Optional.of(s.getLiteral());
      default -> Optional.empty();
    };
  }
}
