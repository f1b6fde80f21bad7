package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.HashSet;
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

  Type not(JexlNode node) {
    condition(child(node, 0));
    return Simple.BOOLEAN;
  }

  /** Each is asked only where those before it hold. */
  Type and(JexlNode node) {
    var there = new HashSet<String>();
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var part = child(node, i);
      checker.where(there, () -> condition(part));
      there.addAll(Facts.of(part).whenTrue());
    }
    return Simple.BOOLEAN;
  }

  /** Each is asked only where those before it do not hold. */
  Type or(JexlNode node) {
    var there = new HashSet<String>();
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      var part = child(node, i);
      checker.where(there, () -> condition(part));
      there.addAll(Facts.of(part).whenFalse());
    }
    return Simple.BOOLEAN;
  }

  private Type condition(JexlNode node) {
    return operators.expect(node, checker.type(node), Simple.BOOLEAN);
  }

  Type conditional(JexlNode node) {
    condition(child(node, 0));
    var facts = Facts.of(child(node, 0));
    var yes = checker.where(facts.whenTrue(), () -> checker.type(child(node, 1)));
    var no = checker.where(facts.whenFalse(), () -> checker.type(child(node, 2)));
    return either(node, "The two answers of `? :` are", yes, no);
  }

  /** A value, and what stands for it where it is absent. */
  Type orElse(JexlNode node) {
    var value = checker.whereAbsent(() -> checker.type(child(node, 0)));
    return either(node, "The two sides of `??` are", value, checker.type(child(node, 1)));
  }

  /** Whether a comparison asks if something is there. */
  static boolean asksPresence(JexlNode node) {
    return child(node, 0) instanceof ASTNullLiteral || child(node, 1) instanceof ASTNullLiteral;
  }

  /** {@code x == null}. */
  Type presence(JexlNode node) {
    var asked = child(node, child(node, 0) instanceof ASTNullLiteral ? 1 : 0);
    if (asked instanceof ASTNullLiteral) return checker.refuse(node);
    checker.whereAbsent(() -> checker.type(asked));
    return Simple.BOOLEAN;
  }

  /** {@code empty(x)}: what is absent is empty too. */
  Type empty(JexlNode node) {
    checker.whereAbsent(() -> {
      var type = checker.type(child(node, 0));
      return type instanceof Type.Struct ? type : operators.sized(node, type);
    });
    return Simple.BOOLEAN;
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
