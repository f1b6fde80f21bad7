package runbook.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;

/** Reads YAML texts into positioned trees; whatever is wrong becomes a problem at its place. */
public final class YamlReader {
  private final Source source;
  private final Problems problems;

  /** Whether the tree lacks something of the text: what it would complain of is no mistake. */
  private boolean unsound;

  private YamlReader(Source source, Problems problems) {
    this.source = source;
    this.problems = problems;
  }

  /** The one document of a plan; empty when there is a problem. */
  public static Optional<Yaml> read(Source source, Problems problems) {
    var self = new YamlReader(source, problems);
    var documents = self.documents(false);
    if (self.unsound) return Optional.empty();
    if (documents.isEmpty()) {
      problems.error(Code.YAML_EMPTY, new Span(source, 0, 0), "The file is empty.");
      return Optional.empty();
    }
    if (documents.size() > 1) {
      problems.error(
          Code.YAML_DOCUMENTS,
          documents.get(1).span(),
          "A second document begins here; a plan is one document.",
          "Put it into a file of its own.");
      return Optional.empty();
    }
    return Optional.of(documents.getFirst());
  }

  /**
   * All documents of a file, such as a manifest; empty ones are left out. A merge key is a key as
   * any other.
   */
  public static List<Yaml> readAll(Source source, Problems problems) {
    return new YamlReader(source, problems).documents(true);
  }

  private List<Yaml> documents(boolean mergeable) {
    var found = new ArrayList<Yaml>();
    if (!isReadable()) {
      unsound = true;
      return found;
    }
    var composer = new YamlComposer(source, mergeable, problems);
    try {
      for (var next = composer.document(); next.isPresent(); next = composer.document())
        next.filter(y -> !y.isNull()).ifPresent(found::add);
      unsound = composer.isUnsound();
    } catch (YamlComposer.TooDeep e) {
      unsound = true;
      problems.error(
          Code.YAML_DEPTH,
          e.at,
          "This is nested more than " + YamlComposer.DEEPEST + " levels deep.",
          "Look for a `[` or `{` that is not closed.");
    } catch (MarkedYamlEngineException e) {
      unsound = true;
      // what is never closed is marked where it begins
      var problem = String.valueOf(e.getProblem());
      boolean atBegin =
          problem.contains("end of stream") || problem.contains("could not find expected ':'");
      var mark =
          atBegin
              ? e.getContextMark().or(e::getProblemMark)
              : e.getProblemMark().or(e::getContextMark);
      var fault = YamlFaults.explain(e);
      var place = mark.map(composer.marks()::span).orElseGet(composer::here);
      // the library takes such a line for more of the one before, and complains later
      var tab = YamlFaults.indentingTab(source, place);
      if (tab.isPresent()) fault = YamlFaults.TAB;
      problems.error(fault.code(), tab.orElse(place), fault.message(), fault.hint());
    } catch (NumberFormatException e) {
      unsound = true;
      // the library's own way to say that a file ends within an escape
      var escape = YamlFaults.CUT_ESCAPE.matcher(source.text());
      int at = escape.find(composer.here().start()) || escape.find() ? escape.start() : 0;
      problems.error(
          Code.YAML_SYNTAX,
          new Span(source, at, Math.min(at + 2, source.text().length())),
          "This escape is not complete.",
          "It is `\\x41`, `\\u0041` or `\\U00000041`; write `\\\\` for a backslash, or use single quotes.");
    } catch (YamlComposer.LibraryFault e) {
      unsound = true;
      problems.error(
          Code.YAML_SYNTAX,
          composer.here(),
          "What stands here, or after it, cannot be read as YAML.",
          "Quote texts that have special characters.");
    }
    return found;
  }

  /** Neither too large, nor with characters that YAML does not have. */
  private boolean isReadable() {
    var text = source.text();
    if (text.length() > Utf8.LARGEST) {
      Utf8.tooLarge(new Span(source, 0, 0), problems);
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      int point = text.codePointAt(i);
      if (Character.isSupplementaryCodePoint(point)) i++;
      else if (!isPrintable(point)) {
        problems.error(
            Code.YAML_CHARACTER,
            new Span(source, i, i + 1),
            "The character U+%04X cannot stand in YAML.".formatted(point),
            Character.isSurrogate((char) point)
                ? "It is half of a character; write the whole one."
                : "Take it out; where it is meant, write it in double quotes as `\\u%04x`."
                    .formatted(point));
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(int point) {
    return point >= 0x20 && point < 0x7f
        || point == '\n'
        || point == '\r'
        || point == '\t'
        || point == 0x85
        || point >= 0xa0 && point < 0xd800
        || point >= 0xe000 && point < 0xfffe;
  }
}
