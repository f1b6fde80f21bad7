package runbook.expr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.JexlOptions;
import org.apache.commons.jexl3.internal.Engine;
import org.apache.commons.jexl3.internal.Frame;
import org.apache.commons.jexl3.internal.Interpreter;
import org.apache.commons.jexl3.parser.*;

/**
 * JEXL's interpreter with our own way to look names up, to tell what is absent, and to call our
 * functions: nothing is looked up in Java classes.
 */
final class Evaluator extends Interpreter {
  Evaluator(Engine engine, JexlOptions options, JexlContext context, Frame frame) {
    super(engine, options, context, frame);
  }

  private Object value(JexlNode node) {
    return node.jjtAccept(this, null);
  }

  private Object value(JexlNode parent, int child) {
    return value(parent.jjtGetChild(child));
  }

  // --- names

  @Override
  protected Object visit(ASTIdentifier node, Object data) {
    if (!context.has(node.getName()))
      throw new ArithmeticException("`" + node.getName() + "` has no value here");
    return Values.plain(context.get(node.getName()));
  }

  @Override
  protected Object visit(ASTReference node, Object data) {
    var first = node.jjtGetChild(0);
    boolean isParameter = first instanceof ASTIdentifier i && i.getName().equals("parameters");
    boolean isStep = first instanceof ASTIdentifier i && i.getName().equals("steps");
    // a plan has many steps with long outputs, of which one is wanted
    var value = isParameter || isStep ? context.get(name(first)) : value(first);
    for (int n = 1; n < node.jjtGetNumChildren(); n++) {
      var key = key(node.jjtGetChild(n));
      if (n == 1 && isParameter && !(value instanceof Map<?, ?> m && m.containsKey(key)))
        throw new ArithmeticException("the parameter `" + key + "` has no value here");
      if (n == 1 && isStep && value == null) throw new ArithmeticException("no step has ended yet");
      if (n == 1 && isStep && !((Map<?, ?>) value).containsKey(key))
        throw new Absent("the step `" + key + "` was skipped");
      value = member(value, key);
    }
    return Values.plain(value);
  }

  private static String name(JexlNode node) {
    return ((ASTIdentifier) node).getName();
  }

  private Object key(JexlNode node) {
    return node instanceof ASTIdentifierAccess access
        ? access.getName()
        : Values.plain(value(node, 0));
  }

  private static Object member(Object value, Object key) {
    var found =
        switch (value) {
          case Map<?, ?> map when key instanceof String -> map.get(key);
          case List<?> list when key instanceof Long i ->
              i >= 0 && i < list.size() ? list.get(i.intValue()) : null;
          case List<?> list when key instanceof String s && s.matches("\\d{1,9}") ->
              Integer.parseInt(s) < list.size() ? list.get(Integer.parseInt(s)) : null;
          case List<?> _ when !(key instanceof String) ->
              throw new ArithmeticException("an integer says which element of a list is meant");
          case Map<?, ?> _ ->
              throw new ArithmeticException("a text says which member of a map is meant");
          default -> null;
        };
    if (found == null) throw new Absent("there is no `" + Words.brief(String.valueOf(key)) + "`");
    return found;
  }

  // --- what may be absent

  private boolean isAbsent(JexlNode node) {
    try {
      value(node);
      return false;
    } catch (Absent e) {
      return true;
    }
  }

  private boolean equal(JexlNode node) {
    var left = node.jjtGetChild(0);
    var right = node.jjtGetChild(1);
    if (left instanceof ASTNullLiteral) return isAbsent(right);
    if (right instanceof ASTNullLiteral) return isAbsent(left);
    return arithmetic.equals(value(left), value(right));
  }

  @Override
  protected Object visit(ASTNullLiteral node, Object data) {
    throw new ArithmeticException("`null` is no value");
  }

  @Override
  protected Object visit(ASTEQNode node, Object data) {
    return equal(node);
  }

  @Override
  protected Object visit(ASTNENode node, Object data) {
    return !equal(node);
  }

  @Override
  protected Object visit(ASTNullpNode node, Object data) {
    try {
      return value(node, 0);
    } catch (Absent e) {
      return value(node, 1);
    }
  }

  @Override
  protected Object visit(ASTEmptyFunction node, Object data) {
    try {
      var value = value(node, 0);
      // a step that gives nothing ran nevertheless
      return !(value instanceof Map && isStep(node.jjtGetChild(0))) && size(value) == 0;
    } catch (Absent e) {
      return true;
    }
  }

  private static boolean isStep(JexlNode node) {
    if (node instanceof ASTReferenceExpression) return isStep(node.jjtGetChild(0));
    return node instanceof ASTReference
        && node.jjtGetNumChildren() == 2
        && node.jjtGetChild(0) instanceof ASTIdentifier i
        && i.getName().equals("steps");
  }

  @Override
  protected Object visit(ASTSizeFunction node, Object data) {
    return size(value(node, 0));
  }

  private static long size(Object value) {
    return switch (value) {
      case String text -> text.length();
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      default -> throw new ArithmeticException("only texts, lists and maps have a size");
    };
  }

  // --- values

  @Override
  protected Object visit(ASTNumberLiteral node, Object data) {
    return Values.plain(node.getLiteral());
  }

  @Override
  protected Object visit(ASTArrayLiteral node, Object data) {
    return values(node);
  }

  private List<Object> values(JexlNode node) {
    var values = new ArrayList<Object>();
    for (int i = 0; i < node.jjtGetNumChildren(); i++) values.add(value(node, i));
    return Collections.unmodifiableList(values);
  }

  @Override
  protected Object visit(ASTFunctionNode node, Object data) {
    return Calls.call(name(node.jjtGetChild(0)), values(node.jjtGetChild(1)));
  }

  @Override
  protected Object visit(ASTERNode node, Object data) {
    return arithmetic.contains(value(node, 1), value(node, 0));
  }

  @Override
  protected Object visit(ASTNRNode node, Object data) {
    return !arithmetic.contains(value(node, 1), value(node, 0));
  }
}
