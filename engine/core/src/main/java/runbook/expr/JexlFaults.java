package runbook.expr;

import java.util.Map;
import java.util.function.BiFunction;
import org.apache.commons.jexl3.JexlException;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;

/** JEXL's complaints in our words. */
final class JexlFaults {
  private static final Map<String, String> FEATURES =
      Map.of(
          "new", "objects cannot be made",
          "method", "methods cannot be called",
          "assign", "nothing can be assigned",
          "lambda", "functions cannot be defined",
          "loop", "there are no loops",
          "pragma", "there are no pragmas");

  private JexlFaults() {}

  static void add(
      JexlException e, String text, BiFunction<Integer, Integer, Span> places, Problems problems) {
    int at = e.getInfo() == null ? 0 : offset(text, e.getInfo().getLine(), e.getInfo().getColumn());
    var words = String.valueOf(e.getDetail());
    if (e instanceof JexlException.Feature) {
      var why =
          FEATURES.entrySet().stream()
              .filter(f -> e.getMessage().contains(f.getKey()))
              .map(Map.Entry::getValue)
              .findFirst();
      problems.error(
          Code.EXPRESSION_FORBIDDEN,
          places.apply(0, text.length()),
          "This is more than an expression may do: " + why.orElse("it only reads values") + ".",
          TypeChecker.LANGUAGE);
      return;
    }
    if (e instanceof JexlException.Tokenization || words.contains("ambiguous"))
      at = Math.min(at, text.length());
    problems.error(
        Code.EXPRESSION_SYNTAX,
        places.apply(Math.min(at, text.length()), Math.min(at + 1, text.length())),
        "This expression cannot be read from here on.",
        "Text stands in quotes: `'like this'`; a shell variable is `$NAME`, without braces.");
  }

  /** JEXL counts lines and columns from 1. */
  static int offset(String text, int line, int column) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      int next = text.indexOf('\n', start);
      if (next < 0) break;
      start = next + 1;
    }
    return Math.max(0, Math.min(start + column - 1, text.length()));
  }

  static String sentence(RuntimeException e, String expression) {
    var text = Words.brief(expression);
    Throwable cause = e;
    while (cause.getCause() != null) cause = cause.getCause();
    if (cause instanceof ArithmeticException a && a.getMessage() != null) {
      return "`" + text + "` cannot be computed: " + a.getMessage() + ".";
    }
    return cause instanceof Absent a
        ? "`" + text + "` has no value, since " + a.getMessage() + "."
        : "`" + text + "` cannot be computed.";
  }
}
