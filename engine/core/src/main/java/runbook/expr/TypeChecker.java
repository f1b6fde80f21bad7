package runbook.expr;

import java.util.function.BiFunction;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.type.Type;
import runbook.type.Type.Simple;

/**
 * Gives every expression a type, and refuses what is not in the language. The tree is JEXL's; this
 * switch is the list of what plans may write.
 */
final class TypeChecker {
  static final String LANGUAGE =
      "An expression reads `parameters`, `steps`, `item` and `run`, compares and combines what it"
          + " reads, and calls functions such as `upper(x)`.";

  private final Problems problems;
  private final NodeSpans spans;
  private final CallChecker calls;
  private final References references;
  private final Operators operators;
  private final Conditions conditions;

  TypeChecker(
      String text, BiFunction<Integer, Integer, Span> places, Scope scope, Problems problems) {
    this.problems = problems;
    this.spans = new NodeSpans(text, places);
    this.calls = new CallChecker(this, problems);
    this.references = new References(this, scope, problems);
    this.operators = new Operators(this, calls, problems);
    this.conditions = new Conditions(this, operators, problems);
  }

  Type check(ASTJexlScript script) {
    return script.jjtGetNumChildren() == 1 ? type(child(script, 0)) : refuse(script);
  }

  Type type(JexlNode node) {
    return switch (node) {
      case ASTNumberLiteral n -> operators.number(n);
      case ASTStringLiteral _ -> Simple.STRING;
      case ASTTrueNode _ -> Simple.BOOLEAN;
      case ASTFalseNode _ -> Simple.BOOLEAN;
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 -> type(child(p, 0));
      case ASTArrayLiteral a -> operators.list(a);
      case ASTIdentifier i -> references.root(i);
      case ASTReference r -> references.reference(r);
      case ASTAndNode n -> conditions.all(n);
      case ASTOrNode n -> conditions.all(n);
      case ASTNotNode n -> conditions.all(n);
      case ASTEQNode n -> operators.equality(n);
      case ASTNENode n -> operators.equality(n);
      case ASTLTNode n -> operators.order(n);
      case ASTLENode n -> operators.order(n);
      case ASTGTNode n -> operators.order(n);
      case ASTGENode n -> operators.order(n);
      case ASTERNode n -> operators.membership(n);
      case ASTNRNode n -> operators.membership(n);
      case ASTSWNode n -> operators.texts(n);
      case ASTNSWNode n -> operators.texts(n);
      case ASTEWNode n -> operators.texts(n);
      case ASTNEWNode n -> operators.texts(n);
      case ASTAddNode n -> operators.sum(n);
      case ASTSubNode n -> operators.difference(n);
      case ASTMulNode n -> operators.product(n);
      case ASTDivNode n -> operators.quotient(n);
      case ASTModNode n -> operators.quotient(n);
      case ASTUnaryMinusNode n -> operators.negative(n);
      case ASTTernaryNode t when t.jjtGetNumChildren() == 3 -> conditions.conditional(t);
      case ASTEmptyFunction n -> operators.sized(n, Simple.BOOLEAN);
      case ASTSizeFunction n -> operators.sized(n, Simple.INTEGER);
      case ASTFunctionNode f -> calls.call(f);
      default -> refuse(node);
    };
  }

  Type refuse(JexlNode node) {
    problems.error(
        Code.EXPRESSION_FORBIDDEN, span(node), "This is more than an expression may do.", LANGUAGE);
    return Simple.ANY;
  }

  // --- places

  static JexlNode child(JexlNode node, int i) {
    return node.jjtGetChild(i);
  }

  Span span(JexlNode node) {
    return spans.of(node);
  }

  NodeSpans spans() {
    return spans;
  }
}
