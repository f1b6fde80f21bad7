package runbook.cli.lsp;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
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
  private Document document;

  Draft(String uri, int version, String text) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.file = path(uri);
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
    int start = 0;
    for (int line = 0; line < position.getLine(); line++) {
      int next = nextLine(start);
      if (next < 0) return text.length();
      start = next;
    }
    int end = start;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') end++;
    return Math.min(start + Math.max(0, position.getCharacter()), end);
  }

  /** Where the line behind this one begins; -1 if this is the last one. */
  private int nextLine(int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') return i + 1;
      if (c == '\r') return text.startsWith("\n", i + 1) ? i + 2 : i + 1;
    }
    return -1;
  }

  Position position(int offset) {
    int line = 0;
    int start = 0;
    for (int next = nextLine(0); next >= 0 && next <= offset; next = nextLine(start)) {
      line++;
      start = next;
    }
    return new Position(line, offset - start);
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
