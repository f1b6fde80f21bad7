package runbook.yaml;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import runbook.diag.Code;
import runbook.diag.Source;
import runbook.diag.Span;

/** The library's complaints in our words. */
final class YamlFaults {
  /**
   * @param hint what to do, where that can be told
   */
  record Fault(Code code, String message, Optional<String> hint) {}

  /** The beginning of an escape that lacks digits. */
  static final Pattern CUT_ESCAPE =
      Pattern.compile("\\\\(x(?!\\p{XDigit}{2})|u(?!\\p{XDigit}{4})|U(?!\\p{XDigit}{8}))");

  static final Fault TAB =
      new Fault(Code.YAML_SYNTAX, "A tab cannot indent YAML.", Optional.of("Use spaces."));

  /**
   * @param words that the library's complaint has, in what is wrong or in what it was about
   */
  private record Known(String words, Fault fault) {}

  /** The first that fits is meant. */
  private static final List<Known> KNOWN =
      List.of(
          known(
              "found unexpected end of stream",
              "The file ends in the middle of this.",
              "Look for a quote or a bracket that is not closed."),
          known(
              "found unexpected document separator",
              "A document ends, and a quote before it is not closed.",
              "Look for the quote that opens the text."),
          known("(TAB)", "A tab cannot indent YAML.", "Use spaces."),
          known("'\\t'", "A tab cannot indent YAML.", "Use spaces."),
          known(
              "mapping values are not allowed here",
              "A `:` cannot stand here.",
              "Quote a text that contains `: `, and look whether the line is indented as the one above."),
          known(
              "could not find expected ':'",
              "A `:` is missing after this key.",
              "A key is followed by `: `."),
          known(
              "sequence entries are not allowed here",
              "An element of a list cannot begin here.",
              "A `- ` begins a line; quote a text that begins with `- `."),
          known(
              "mapping keys are not allowed here",
              "A key cannot begin here.",
              "Quote a text that begins with `? `."),
          known(
              "expected ',' or",
              "A `,` or a closing bracket is missing before this.",
              "Look for a `{` or `[` that is not closed."),
          known(
              "escape sequence of",
              "This escape is not complete.",
              "It is `\\x41`, `\\u0041` or `\\U00000041`; write `\\\\` for a backslash, or use single quotes."),
          known(
              "found unknown escape character",
              "There is no such escape.",
              "Write `\\\\` for a backslash, or use single quotes."),
          known(
              "while scanning a block scalar",
              "A text over several lines cannot begin so.",
              "Behind `|` or `>` stand at most `-` or `+` and one digit, then a line break; quote a text that begins with `|` or `>`."),
          known(
              "empty lines contain more spaces",
              "The lines before the first one of this text are indented more than it.",
              "Take the spaces out of the empty lines."),
          known(
              "while scanning an anchor",
              "This anchor has no proper name.",
              "It is `&name`, with letters and digits; quote a text that begins with `&`."),
          known(
              "while scanning an alias",
              "This alias has no proper name.",
              "It is `*name`, with letters and digits; quote a text that begins with `*`."),
          known(
              "directive",
              "This line begins with `%` and is no directive of YAML.",
              "A plan needs none; quote a text that begins with `%`."),
          known(
              "but found '<document start>'",
              "A document begins here, and the one before it has not ended.",
              "A `---` stands in a line of its own, not indented."),
          known(
              "expected '<document start>'",
              "This does not belong to what comes before it.",
              "Look at its indentation; one plan is one map."),
          known(
              "expected <block end>",
              "This is not indented as what comes before it.",
              "Give the entries of a map, or of a list, the same indentation."),
          known(
              "expected the node content",
              "A value is missing before this.",
              "Quote a text that begins with a special character."),
          known("cannot start any token", "A value cannot begin with this character.", "Quote it."),
          known(
              "DEL character",
              "The character U+007F cannot stand in YAML.",
              "Take it out; where it is meant, write it in double quotes as `\\x7f`."));

  private static final Fault TAG =
      new Fault(
          Code.YAML_TAG,
          "This tag cannot be read.",
          Optional.of("A plan needs no tags; quote a text that begins with `!`."));
  private static final Fault OTHER =
      new Fault(
          Code.YAML_SYNTAX,
          "This cannot be read as YAML.",
          Optional.of(
              "Look at quotes, brackets and indentation; quote texts that have special characters."));

  private YamlFaults() {}

  private static Known known(String words, String message, String hint) {
    return new Known(words, new Fault(Code.YAML_SYNTAX, message, Optional.of(hint)));
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

  static Fault explain(MarkedYamlEngineException e) {
    var problem = Optional.ofNullable(e.getProblem()).orElse("").strip();
    var context = Optional.ofNullable(e.getContext()).orElse("");
    if (context.contains("tag") || problem.contains("tag handle")) return TAG;
    return KNOWN.stream()
        .filter(k -> problem.contains(k.words) || context.contains(k.words))
        .findFirst()
        .map(Known::fault)
        .orElse(OTHER);
  }
}
