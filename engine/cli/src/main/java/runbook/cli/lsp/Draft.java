package runbook.cli.lsp;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.edit.Document;

/** A text that is open in the editor, in one version. */
final class Draft {
  private final String uri;
  private final int version;
  private final String text;
  private final Path file;
  private final int[] lines;
  private Document document;

  Draft(String uri, int version, String text) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.file = path(uri);
    this.lines = lines(text);
  }

  /** A text that was never saved has no path: then it is as if it lay in the working folder. */
  private static Path path(String uri) {
    try {
      return Path.of(URI.create(uri)).toAbsolutePath().normalize();
    } catch (RuntimeException noFile) {
      return Path.of("untitled.yaml").toAbsolutePath();
    }
  }

  String uri() {
    return uri;
  }

  int version() {
    return version;
  }

  String text() {
    return text;
  }

  /** What can be known of it; found out when it is first asked for. */
  synchronized Document document() {
    if (document == null)
      document = new Document(new Source(file.toString(), text), file.getParent());
    return document;
  }

  Draft changed(int newVersion, List<TextDocumentContentChangeEvent> changes) {
    var draft = this;
    for (var change : changes) {
      var range = change.getRange();
      var now = change.getText();
      if (range != null) {
        int start = draft.offset(range.getStart());
        int end = Math.max(start, draft.offset(range.getEnd()));
        now = draft.text.substring(0, start) + now + draft.text.substring(end);
      }
      draft = new Draft(uri, newVersion, now);
    }
    return draft;
  }

  // --- places: the protocol counts lines from 0, and UTF-16 units in them

  int offset(Position position) {
    if (position.getLine() >= lines.length) return text.length();
    int start = lines[position.getLine()];
    int end = start;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') end++;
    return Math.min(start + Math.max(0, position.getCharacter()), end);
  }

  Position position(int offset) {
    int found = Arrays.binarySearch(lines, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Position(line, offset - lines[line]);
  }

  /** Where each line begins. */
  private static int[] lines(String text) {
    return IntStream.concat(
            IntStream.of(0),
            IntStream.range(0, text.length())
                .filter(i ->
                    text.charAt(i) == '\n'
                        || text.charAt(i) == '\r' && !text.startsWith("\n", i + 1))
                .map(i -> i + 1))
        .toArray();
  }

  Range range(Span span) {
    return new Range(position(span.start()), position(span.end()));
  }

  Location location(Span span) {
    return new Location(uri, range(span));
  }

  Range whole() {
    return new Range(new Position(0, 0), position(text.length()));
  }
}
