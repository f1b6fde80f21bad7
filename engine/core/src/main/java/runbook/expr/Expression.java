package runbook.expr;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlExpression;
import org.apache.commons.jexl3.MapContext;
import org.apache.commons.jexl3.parser.ASTJexlScript;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.type.Type;

/** One expression: the text between {@code ${} and {@code }}. */
public final class Expression {
  private final String text;
  private final BiFunction<Integer, Integer, Span> places;
  private final Optional<ASTJexlScript> tree;
  private volatile JexlExpression compiled;

  private Expression(
      String text, BiFunction<Integer, Integer, Span> places, Optional<ASTJexlScript> tree) {
    this.text = text;
    this.places = places;
    this.tree = tree;
  }

  /** Loads the engine, which takes longer than most expressions. */
  public static void prepare() {
    Jexl.expression("1 == 1").evaluate(new MapContext());
  }

  /**
   * @param places gives the source span of a piece (from, to) of the text
   */
  public static Expression parse(
      String text, BiFunction<Integer, Integer, Span> places, Problems problems) {
    Optional<ASTJexlScript> tree = Optional.empty();
    if (text.isBlank()) {
      problems.error(
          Code.EXPRESSION_SYNTAX,
          places.apply(0, text.length()),
          "There is no expression between `${` and `}`.",
          "Write `$${` where the text itself shall have `${`.");
    } else {
      try {
        Nesting.check(text);
        tree = Optional.of(Jexl.tree(text));
      } catch (Nesting.TooDeep | StackOverflowError e) {
        tooDeep(text, places, problems);
      } catch (JexlException e) {
        JexlFaults.add(e, text, places, problems);
      }
    }
    return new Expression(text, places, tree);
  }

  /** One that cannot be read, which was said already. */
  static Expression unread(String text, BiFunction<Integer, Integer, Span> places) {
    return new Expression(text, places, Optional.empty());
  }

  public String text() {
    return text;
  }

  public Span span() {
    return places.apply(0, text.length());
  }

  /**
   * The static type; {@code ANY} where a problem was added, so that one mistake gives one message.
   */
  public Type check(Scope scope, Problems problems) {
    try {
      return tree.map(t -> new TypeChecker(text, places, scope, problems).check(t))
          .orElse(Type.Simple.ANY);
    } catch (StackOverflowError e) {
      tooDeep(text, places, problems);
      return Type.Simple.ANY;
    }
  }

  /** Paths of what is there where this, a condition, holds. */
  Set<String> presentWhenTrue() {
    try {
      return tree.filter(t -> t.jjtGetNumChildren() == 1)
          .map(t -> Facts.of(t.jjtGetChild(0)).whenTrue())
          .orElse(Set.of());
    } catch (StackOverflowError e) {
      return Set.of();
    }
  }

  private static void tooDeep(
      String text, BiFunction<Integer, Integer, Span> places, Problems problems) {
    problems.error(
        Code.EXPRESSION_SYNTAX,
        places.apply(0, text.length()),
        "This expression is too long, or nested too deeply.",
        "Let a script compute it, or a step before this one.");
  }

  /**
   * The value among these names; an {@link EvaluationException} says in one sentence why there is
   * none.
   */
  public Object evaluate(Map<String, Object> names) {
    if (tree.isEmpty())
      throw new EvaluationException("`" + Words.brief(text) + "` cannot be read.", null);
    try {
      if (compiled == null) compiled = Jexl.expression(text);
      var value = compiled.evaluate(new MapContext(names));
      if (value == null) throw new EvaluationException("`" + text + "` has no value.", null);
      return Values.plain(value);
    } catch (JexlException | ArithmeticException | Absent e) {
      throw new EvaluationException(JexlFaults.sentence(e, text), e);
    } catch (StackOverflowError e) {
      throw new EvaluationException("`" + Words.brief(text) + "` is nested too deeply.", e);
    }
  }

  @Override
  public String toString() {
    return "${" + text + "}";
  }
}
