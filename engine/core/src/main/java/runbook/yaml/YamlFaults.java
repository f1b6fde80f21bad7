package runbook.yaml;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import runbook.diag.Source;
import runbook.diag.Span;

/** The library's complaints in our words. */
final class YamlFaults {
  /**
   * @param hint what to do, where that can be told
   */
  record Fault(String message, Optional<String> hint) {}

  /** The beginning of an escape that lacks digits. */
  static final Pattern CUT_ESCAPE =
      Pattern.compile("\\\\(x(?!\\p{XDigit}{2})|u(?!\\p{XDigit}{4})|U(?!\\p{XDigit}{8}))");

  static final Fault TAB = fault("A tab cannot indent YAML.", "Use spaces.");

  private static final Map<String, Fault> BY_PROBLEM =
      Map.of(
          "mapping values are not allowed here",
          fault(
              "A `:` cannot stand here.",
              "Quote a text that contains `: `, and look whether the line is indented as the one above."),
          "could not find expected ':'",
          fault("A `:` is missing after this key.", "A key is followed by `: `."),
          "expected ',' or",
          fault(
              "A `,` or a closing bracket is missing before this.",
              "Look for a `{` or `[` that is not closed."),
          "found undefined alias",
          fault("This alias has no anchor.", "Quote a text that begins with `*`."));

  private YamlFaults() {}

  private static Fault fault(String message, String hint) {
    return new Fault(message, Optional.of(hint));
  }

  static Fault explain(MarkedYamlEngineException e) {
    var problem = Optional.ofNullable(e.getProblem()).orElse("").strip();
    for (var known : BY_PROBLEM.entrySet()) {
      if (problem.contains(known.getKey())) return known.getValue();
    }
    if (problem.contains("'\\t'") || problem.contains("\\t(TAB)")) {
      return TAB;
    }
    if (problem.contains("found unexpected end of stream")) {
      return fault(
          "The file ends in the middle of this.",
          "Look for a quote or a bracket that is not closed.");
    }
    if (problem.contains("found character") && problem.contains("cannot start any token")) {
      return fault("A value cannot begin with this character.", "Quote it.");
    }
    if (problem.startsWith("expected <block end>")) {
      return fault(
          "This is not indented as what comes before it.",
          "Give the entries of a map, or of a list, the same indentation.");
    }
    return new Fault("This is not YAML that can be read: " + sentence(problem), Optional.empty());
  }

  /** A tab among the blanks at the beginning of one of the lines before a place. */
  static Optional<Span> indentingTab(Source source, Span place) {
    for (int line = place.line(); line >= Math.max(1, place.line() - 4); line--) {
      var text = source.lineText(line);
      var blanks = text.substring(0, text.length() - text.stripLeading().length());
      if (blanks.indexOf('\t') < 0 || blanks.length() == text.length()) continue;
      int at = source.offset(line) + blanks.indexOf('\t');
      return Optional.of(new Span(source, at, at + 1));
    }
    return Optional.empty();
  }

  static String sentence(String words) {
    var text = Optional.ofNullable(words).orElse("").strip().replaceAll("\\s+", " ");
    return text.isEmpty() || text.endsWith(".") ? text : text + ".";
  }
}
