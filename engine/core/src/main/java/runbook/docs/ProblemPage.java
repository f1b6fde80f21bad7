package runbook.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import runbook.diag.Code;

/**
 * What the reference says of a kind of problem.
 *
 * @param wrong a whole plan that has it
 * @param right the plan without
 */
public record ProblemPage(Code code, String explanation, String wrong, String right) {
  private static final Pattern FORM =
      Pattern.compile(
          "(.+?)\n\n## Wrong\n\n```yaml\n(.*?)```\n\n## Right\n\n```yaml\n(.*?)```\n",
          Pattern.DOTALL);

  public static ProblemPage of(Code code) {
    var name = "problems/" + code + ".md";
    try (var in = ProblemPage.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("there is no " + name);
      var m = FORM.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      if (!m.matches()) throw new IllegalStateException(name + " is not of the form of a page");
      return new ProblemPage(code, m.group(1), m.group(2), m.group(3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a terminal shows it. */
  public String text() {
    return code
        + ", "
        + (code.isWarning() ? "a warning" : "an error")
        + "\n\n"
        + wrapped(explanation)
        + "\nWrong:\n\n"
        + wrong.indent(4)
        + "\nRight:\n\n"
        + right.indent(4);
  }

  /** As the reference has it. */
  String markdown() {
    return "## "
        + code
        + "\n\n"
        + (code.isWarning() ? "A warning. " : "An error. ")
        + explanation
        + "\n\nWrong:\n\n```yaml\n"
        + wrong
        + "```\n\nRight:\n\n```yaml\n"
        + right
        + "```\n";
  }

  private static String wrapped(String text) {
    var out = new StringBuilder();
    int column = 0;
    for (var word : text.split("\\s+")) {
      if (column > 0 && column + 1 + word.length() > 80) {
        out.append('\n');
        column = 0;
      }
      if (column > 0) out.append(' ');
      out.append(word);
      column += (column > 0 ? 1 : 0) + word.length();
    }
    return out.append('\n').toString();
  }
}
