package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.Optional;
import java.util.Set;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** What operators take, and what comes out. */
final class Operators {
  private static final Set<Simple> ORDERED =
      Set.of(
          Simple.INTEGER,
          Simple.NUMBER,
          Simple.DURATION,
          Simple.QUANTITY,
          Simple.STRING,
          Simple.ANY);
  private final TypeChecker checker;
  private final CallChecker calls;
  private final Problems problems;

  Operators(TypeChecker checker, CallChecker calls, Problems problems) {
    this.checker = checker;
    this.calls = calls;
    this.problems = problems;
  }

  Type equality(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    if (secret(node, "compared", left, right)) return Simple.BOOLEAN;
    measures(node, left, right);
    if (!left.accepts(right) && !right.accepts(left))
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          Words.capital(left.title()) + " never equals " + right.title() + ".");
    return Simple.BOOLEAN;
  }

  Type order(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    if (secret(node, "compared", left, right)) return Simple.BOOLEAN;
    measures(node, left, right);
    if (!isOrdered(left, right) && !isOrdered(right, left))
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          Words.capital(left.title()) + " cannot be compared with " + right.title() + ".");
    return Simple.BOOLEAN;
  }

  private static boolean isOrdered(Type left, Type right) {
    if (!(left instanceof Simple l && ORDERED.contains(l))
        || !(right instanceof Simple r && ORDERED.contains(r))) return false;
    return l.accepts(r);
  }

  /** A text beside a duration or a quantity stands for one. */
  void measures(JexlNode node, Type left, Type right) {
    for (int i = 0; i < 2; i++) {
      var other = i == 0 ? right : left;
      if ((other == Simple.DURATION || other == Simple.QUANTITY)
          && child(node, i) instanceof ASTStringLiteral text) calls.literal(other, text);
    }
  }

  /** Whether there is a secret, which is a problem, since the answer would tell about it. */
  private boolean secret(JexlNode node, String what, Type... types) {
    for (var type : types) {
      if (!type.holdsSecret()) continue;
      problems.error(
          Code.SECRET_EXPOSED,
          checker.span(node),
          "A secret cannot be " + what + ", since the answer would tell about it.");
      return true;
    }
    return false;
  }

  Type texts(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    if (secret(node, "compared", left, right)) return Simple.BOOLEAN;
    expect(child(node, 0), left, Simple.STRING);
    expect(child(node, 1), right, Simple.STRING);
    return Simple.BOOLEAN;
  }

  /** {@code text =~ 'regex'}, {@code element =~ list}. */
  Type membership(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    if (secret(node, "matched", left, right)) return Simple.BOOLEAN;
    boolean fits =
        switch (right) {
          case Type.ListOf(var e) -> e.accepts(left) || left.accepts(e);
          default -> Simple.STRING.accepts(left) && Simple.STRING.accepts(right);
        };
    if (!fits)
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          "`=~` asks whether a text matches a pattern or an element is in a list.");
    else if (child(node, 1) instanceof ASTStringLiteral pattern) calls.pattern(pattern);
    return Simple.BOOLEAN;
  }

  static boolean isNumber(Type type) {
    return Simple.NUMBER.accepts(type);
  }

  /** The type of a value that is of one type or the other; empty where they are too different. */
  static Optional<Type> either(Type a, Type b) {
    if (a.equals(b)) return Optional.of(a);
    boolean secret = a.holdsSecret() || b.holdsSecret();
    if (a == Simple.ANY || b == Simple.ANY) return Optional.of(secret ? Simple.SECRET : Simple.ANY);
    if (a == Simple.SECRET || b == Simple.SECRET)
      return Simple.SECRET.accepts(a) && Simple.SECRET.accepts(b)
          ? Optional.of(Simple.SECRET)
          : Optional.empty();
    if (isNumber(a) && isNumber(b)) return Optional.of(Simple.NUMBER);
    if (Simple.STRING.accepts(a) && Simple.STRING.accepts(b)) return Optional.of(Simple.STRING);
    if (a instanceof Type.ListOf(var x) && b instanceof Type.ListOf(var y))
      return either(x, y).map(Type.ListOf::new);
    if (a instanceof Type.MapOf(var x) && b instanceof Type.MapOf(var y))
      return either(x, y).map(Type.MapOf::new);
    return Optional.empty();
  }

  /** Of {@code size(x)} and {@code empty(x)}. */
  Type sized(JexlNode node, Type type) {
    if (secret(node, "measured", type)) return Simple.INTEGER;
    if (!(type instanceof Type.ListOf)
        && !(type instanceof Type.MapOf)
        && type != Simple.STRING
        && type != Simple.ANY) {
      problems.error(
          Code.WRONG_TYPE, checker.span(node), Words.capital(type.title()) + " has no size.");
    }
    return Simple.INTEGER;
  }

  Type list(ASTArrayLiteral node) {
    Type element = Simple.ANY;
    boolean secret = false;
    boolean other = false;
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var type = checker.type(child(node, i));
      secret |= type.holdsSecret();
      other |= !Simple.SECRET.accepts(type);
      element = i == 0 ? type : either(element, type).orElse(Simple.ANY);
    }
    if (!secret) return new Type.ListOf(element);
    if (other)
      problems.error(
          Code.SECRET_EXPOSED,
          checker.span(node),
          "A list with a secret in it has nothing but secrets and texts.");
    return new Type.ListOf(Simple.SECRET);
  }

  Type expect(JexlNode node, Type given, Type wanted) {
    if (wanted.accepts(given)) return given;
    if (given.holdsSecret())
      problems.error(
          Code.SECRET_EXPOSED,
          checker.span(node),
          "A secret cannot be here, since what comes out would tell about it.");
    else
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          "This is " + given.title() + ", but " + wanted.title() + " is needed.",
          measureHint(given));
    return given;
  }

  static Optional<String> measureHint(Type type) {
    if (type == Simple.DURATION)
      return Optional.of(
          "Durations can be added, subtracted, and multiplied by an integer; `seconds(x)` is a number.");
    if (type == Simple.QUANTITY)
      return Optional.of("Quantities can be compared; `bytes(x)` is a number.");
    return Optional.empty();
  }
}
