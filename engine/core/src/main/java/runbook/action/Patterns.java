package runbook.action;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions that a plan gives. */
final class Patterns {
  private Patterns() {}

  /**
   * Complains about a text that is no regular expression.
   *
   * @param parameter that has it
   * @throws IllegalArgumentException with one sentence
   */
  static Pattern check(String parameter, String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "`"
              + text
              + "` in `"
              + parameter
              + "` is no regular expression: "
              + e.getDescription()
              + ".");
    }
  }
}
