package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.regex.Pattern;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** What can be computed with numbers, texts and durations. */
final class Calculations {
  private static final Pattern NUMBER =
      Pattern.compile("0[xX][0-9a-fA-F]{1,15}|(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][-+]?\\d{1,3})?");

  private final TypeChecker checker;
  private final Operators operators;
  private final Problems problems;

  Calculations(TypeChecker checker, Operators operators, Problems problems) {
    this.checker = checker;
    this.operators = operators;
    this.problems = problems;
  }

  Type number(ASTNumberLiteral node) {
    var written = checker.spans().text(node);
    if (!NUMBER.matcher(written).matches() || !isNumber(node)) {
      problems.error(
          Code.EXPRESSION_SYNTAX,
          checker.span(node),
          "This is no number such as `17`, `0.5` or `0x1f`.",
          "A whole number has 64 bits at most, and does not begin with a 0.");
      return Simple.ANY;
    }
    return node.isInteger() ? Simple.INTEGER : Simple.NUMBER;
  }

  private static boolean isNumber(ASTNumberLiteral node) {
    try {
      return node.isInteger() == Values.plain(node.getLiteral()) instanceof Long;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  Type sum(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    operators.measures(node, left, right);
    if (left == Simple.DURATION && isDuration(right)
        || right == Simple.DURATION && isDuration(left)) return Simple.DURATION;
    if (Operators.isNumber(left) && Operators.isNumber(right)) return number(left, right);
    if (isText(left) && isText(right))
      return left == Simple.SECRET || right == Simple.SECRET ? Simple.SECRET : text(left, right);
    problems.error(
        Code.WRONG_TYPE,
        checker.span(node),
        "`+` adds two numbers or two durations, or joins two texts, not "
            + left.title()
            + " and "
            + right.title()
            + ".",
        Operators.measureHint(left)
            .or(() -> Operators.measureHint(right))
            .orElse("Text with values in it is written without `+`: `\"${a} and ${b}\"`."));
    return left.holdsSecret() || right.holdsSecret() ? Simple.SECRET : Simple.ANY;
  }

  private static Type text(Type left, Type right) {
    // any value beside a text may be a duration, for which the text stands then
    return left == Simple.ANY || right == Simple.ANY ? Simple.ANY : Simple.STRING;
  }

  private static Type number(Type left, Type right) {
    if (left == Simple.ANY || right == Simple.ANY) return Simple.ANY;
    return left == Simple.INTEGER && right == Simple.INTEGER ? Simple.INTEGER : Simple.NUMBER;
  }

  private static boolean isDuration(Type type) {
    return type == Simple.DURATION || type == Simple.STRING || type == Simple.ANY;
  }

  private static boolean isText(Type type) {
    return type == Simple.STRING
        || type == Simple.SECRET
        || type == Simple.ANY
        || type instanceof Type.Choice;
  }

  Type difference(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    operators.measures(node, left, right);
    if (left == Simple.DURATION && isDuration(right)
        || right == Simple.DURATION && isDuration(left)) return Simple.DURATION;
    return numbers(node, left, right);
  }

  Type product(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    if (left == Simple.DURATION && Simple.INTEGER.accepts(right)
        || right == Simple.DURATION && Simple.INTEGER.accepts(left)) return Simple.DURATION;
    return numbers(node, left, right);
  }

  /** A division or its remainder. */
  Type quotient(JexlNode node) {
    var left = checker.type(child(node, 0));
    var right = checker.type(child(node, 1));
    if (child(node, 1) instanceof ASTNumberLiteral zero
        && right != Simple.ANY
        && Numbers.compare(zero.getLiteral(), 0L) == 0)
      problems.error(Code.INVALID_ARGUMENT, checker.span(zero), "Nothing can be divided by zero.");
    return numbers(node, left, right);
  }

  private static boolean isZero(JexlNode node) {
    return switch (node) {
      case ASTNumberLiteral n -> Numbers.compare(n.getLiteral(), 0L) == 0;
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 -> isZero(child(p, 0));
      case ASTUnaryMinusNode m -> isZero(child(m, 0));
      default -> false;
    };
  }

  Type negative(JexlNode node) {
    var type = checker.type(child(node, 0));
    operators.expect(child(node, 0), type, Simple.NUMBER);
    return Operators.isNumber(type) ? type : Simple.ANY;
  }

  private Type numbers(JexlNode node, Type left, Type right) {
    operators.expect(child(node, 0), left, Simple.NUMBER);
    operators.expect(child(node, 1), right, Simple.NUMBER);
    return Operators.isNumber(left) && Operators.isNumber(right) ? number(left, right) : Simple.ANY;
  }
}
