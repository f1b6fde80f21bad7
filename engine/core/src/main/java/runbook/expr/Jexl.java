package runbook.expr;

import java.util.function.Function;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.JexlExpression;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.JexlOptions;
import org.apache.commons.jexl3.internal.Engine;
import org.apache.commons.jexl3.internal.Frame;
import org.apache.commons.jexl3.internal.Interpreter;
import org.apache.commons.jexl3.introspection.JexlPermissions;
import org.apache.commons.jexl3.parser.ASTJexlScript;

/** JEXL, locked down and strict: no side effects, no methods, no Java classes, no guessing. */
final class Jexl extends Engine {
  private static volatile Jexl engine = new Jexl();

  private Jexl() {
    super(
        new JexlBuilder()
            .strict(true)
            .silent(false)
            .safe(false)
            .cancellable(true)
            // its cache goes by the text and would report the place of an equal, earlier one
            .cache(0)
            .permissions(JexlPermissions.RESTRICTED)
            .arithmetic(new StrictArithmetic())
            .features(features()));
  }

  private static JexlFeatures features() {
    return JexlFeatures.createNone().structuredLiteral(true).arrayReferenceExpr(true);
  }

  @Override
  protected Interpreter createInterpreter(JexlContext context, Frame frame, JexlOptions options) {
    return new Evaluator(this, options, context, frame);
  }

  /** The syntax tree, for the type checker. */
  static ASTJexlScript tree(String text) {
    return renewing(e -> e.parse(null, features(), text, null));
  }

  static JexlExpression expression(String text) {
    return renewing(e -> e.createExpression(text));
  }

  /** Its parser may take what is wrong for right after it failed once: another takes its place. */
  private static <T> T renewing(Function<Jexl, T> use) {
    try {
      return use.apply(engine);
    } catch (RuntimeException | StackOverflowError e) {
      engine = new Jexl();
      throw e;
    }
  }
}
