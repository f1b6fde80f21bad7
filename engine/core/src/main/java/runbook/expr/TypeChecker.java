package runbook.expr;

import java.util.Optional;
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
  private final String text;
  private final BiFunction<Integer, Integer, Span> places;
  private final Problems problems;
  private final References references;
  private final Operators operators;

  TypeChecker(
      String text, BiFunction<Integer, Integer, Span> places, Scope scope, Problems problems) {
    this.text = text;
    this.places = places;
    this.problems = problems;
    this.references = new References(this, scope, problems);
    this.operators = new Operators(this, problems);
  }

  Type check(ASTJexlScript script) {
    return script.jjtGetNumChildren() == 1 ? type(child(script, 0)) : refuse(script);
  }

  Type type(JexlNode node) {
    return switch (node) {
      case ASTNumberLiteral n -> n.isInteger() ? Simple.INTEGER : Simple.NUMBER;
      case ASTStringLiteral _ -> Simple.STRING;
      case ASTTrueNode _ -> Simple.BOOLEAN;
      case ASTFalseNode _ -> Simple.BOOLEAN;
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 -> type(child(p, 0));
      case ASTArrayLiteral a -> operators.list(a);
      case ASTIdentifier i -> references.root(i, Optional.empty(), i);
      case ASTReference r -> references.reference(r);
      case ASTAndNode n -> operators.allBoolean(n);
      case ASTOrNode n -> operators.allBoolean(n);
      case ASTNotNode n -> operators.allBoolean(n);
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
      case ASTSubNode n -> operators.numbers(n);
      case ASTMulNode n -> operators.numbers(n);
      case ASTDivNode n -> operators.numbers(n);
      case ASTModNode n -> operators.numbers(n);
      case ASTUnaryMinusNode n -> operators.numbers(n);
      case ASTTernaryNode t when t.jjtGetNumChildren() == 3 -> operators.conditional(t);
      case ASTEmptyFunction n -> operators.sized(n, Simple.BOOLEAN);
      case ASTSizeFunction n -> operators.sized(n, Simple.INTEGER);
      default -> refuse(node);
    };
  }

  Type refuse(JexlNode node) {
    problems.error(
        Code.EXPRESSION_FORBIDDEN,
        span(node),
        "This is more than an expression may do.",
        "An expression reads `parameters`, `steps`, `item` and `run`, and compares and combines what it reads.");
    return Simple.ANY;
  }

  // --- places

  static JexlNode child(JexlNode node, int i) {
    return node.jjtGetChild(i);
  }

  Span span(JexlNode node, String word) {
    // the place of a member is sometimes that of its last token
    int at = text.indexOf(word, Math.max(0, offset(node)));
    if (at < 0) at = text.lastIndexOf(word);
    return at < 0 ? span(node) : places.apply(at, at + word.length());
  }

  /** JEXL knows where a node begins, not where it ends: the whole expression is marked. */
  Span span(JexlNode node) {
    if (node instanceof ASTIdentifier i && text.startsWith(i.getName(), offset(node))) {
      return places.apply(offset(node), offset(node) + i.getName().length());
    }
    return places.apply(0, text.length());
  }

  private int offset(JexlNode node) {
    return JexlFaults.offset(text, node.getLine(), node.getColumn());
  }
}
