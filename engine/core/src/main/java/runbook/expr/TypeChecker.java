package runbook.expr;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.type.Type;
import runbook.type.Type.Simple;

/**
 * Gives every expression a type, and refuses what is not in the language. The tree is JEXL's; this
 * switch is the list of what plans may write. What may be absent is used only where it is asked for
 * first.
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
  private final Calculations calculations;
  private final Conditions conditions;
  private Set<String> present;
  private boolean absentAllowed;

  TypeChecker(
      String text, BiFunction<Integer, Integer, Span> places, Scope scope, Problems problems) {
    this.problems = problems;
    this.present = new HashSet<>(scope.present());
    this.spans = new NodeSpans(text, places);
    this.calls = new CallChecker(this, problems);
    this.references = new References(this, scope, problems);
    this.operators = new Operators(this, calls, problems);
    this.calculations = new Calculations(this, operators, problems);
    this.conditions = new Conditions(this, operators, problems);
  }

  Type check(ASTJexlScript script) {
    return script.jjtGetNumChildren() == 1 ? type(child(script, 0)) : refuse(script);
  }

  Type type(JexlNode node) {
    return switch (node) {
      case ASTNumberLiteral n -> calculations.number(n);
      case ASTStringLiteral _ -> Simple.STRING;
      case ASTTrueNode _ -> Simple.BOOLEAN;
      case ASTFalseNode _ -> Simple.BOOLEAN;
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 -> type(child(p, 0));
      case ASTArrayLiteral a -> operators.list(a);
      case ASTIdentifier i -> references.root(i);
      case ASTReference r -> references.reference(r);
      case ASTAndNode n -> conditions.and(n);
      case ASTOrNode n -> conditions.or(n);
      case ASTNotNode n -> conditions.not(n);
      case ASTEQNode n when Conditions.asksPresence(n) -> conditions.presence(n);
      case ASTNENode n when Conditions.asksPresence(n) -> conditions.presence(n);
      case ASTNullpNode n -> conditions.orElse(n);
      case ASTNullLiteral n -> lonelyNull(n);
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
      case ASTAddNode n -> calculations.sum(n);
      case ASTSubNode n -> calculations.difference(n);
      case ASTMulNode n -> calculations.product(n);
      case ASTDivNode n -> calculations.quotient(n);
      case ASTModNode n -> calculations.quotient(n);
      case ASTUnaryMinusNode n -> calculations.negative(n);
      case ASTTernaryNode t when t.jjtGetNumChildren() == 3 -> conditions.conditional(t);
      case ASTEmptyFunction n -> conditions.empty(n);
      case ASTSizeFunction n -> operators.sized(n, type(child(n, 0)));
      case ASTFunctionNode f -> calls.call(f);
      default -> refuse(node);
    };
  }

  private Type lonelyNull(JexlNode node) {
    problems.error(
        Code.EXPRESSION_FORBIDDEN,
        span(node),
        "`null` is no value; it is there to ask with `== null` and `!= null`.");
    return Simple.ANY;
  }

  Type refuse(JexlNode node) {
    problems.error(
        Code.EXPRESSION_FORBIDDEN, span(node), "This is more than an expression may do.", LANGUAGE);
    return Simple.ANY;
  }

  // --- what may be absent

  /** Checks something where more is known to be there. */
  Type where(Set<String> there, Supplier<Type> check) {
    var before = present;
    present = new HashSet<>(present);
    present.addAll(there);
    try {
      return check.get();
    } finally {
      present = before;
    }
  }

  /** Checks something that may be absent as a whole. */
  Type whereAbsent(Supplier<Type> check) {
    boolean before = absentAllowed;
    absentAllowed = true;
    try {
      return check.get();
    } finally {
      absentAllowed = before;
    }
  }

  /** Whether something that may be absent can be used; said once for each path. */
  boolean mayUse(String path) {
    return absentAllowed || !present.add(path);
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
