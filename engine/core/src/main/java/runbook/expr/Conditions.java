package runbook.expr;

import static runbook.expr.TypeChecker.child;

import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** Operators that ask first and go on with what the answer tells. */
final class Conditions {
  private final TypeChecker checker;
  private final Operators operators;
  private final Problems problems;

  Conditions(TypeChecker checker, Operators operators, Problems problems) {
    this.checker = checker;
    this.operators = operators;
    this.problems = problems;
  }

  Type all(JexlNode node) {
    for (int i = 0; i < node.jjtGetNumChildren(); i++) condition(child(node, i));
    return Simple.BOOLEAN;
  }

  private void condition(JexlNode node) {
    operators.expect(node, checker.type(node), Simple.BOOLEAN);
  }

  Type conditional(JexlNode node) {
    condition(child(node, 0));
    var yes = checker.type(child(node, 1));
    var no = checker.type(child(node, 2));
    return either(node, "The two answers of `? :` are", yes, no);
  }

  private Type either(JexlNode node, String what, Type one, Type other) {
    var type = Operators.either(one, other);
    if (type.isEmpty())
      problems.error(
          Code.WRONG_TYPE,
          checker.span(node),
          what + " of one type, not " + one.title() + " and " + other.title() + ".");
    return type.orElse(Simple.ANY);
  }
}
