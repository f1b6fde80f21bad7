package runbook.diag;

import java.util.Arrays;

/** A text with a name: what people call the file, and its content. */
public final class Source {
  private final String name;
  private final String text;
  private final int[] lineStarts;

  public Source(String name, String text) {
    this.name = name;
    this.text = text;
    this.lineStarts = lineStarts(text);
  }

  private static int[] lineStarts(String text) {
    var starts = new int[16];
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n')) {
        if (count == starts.length) starts = Arrays.copyOf(starts, count * 2);
        starts[count++] = i + 1;
      }
    }
    return Arrays.copyOf(starts, count);
  }

  public String name() {
    return name;
  }

  public String text() {
    return text;
  }

  /** The line, from 1, that holds the UTF-16 offset. */
  public int line(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** Where a line, from 1, begins: a UTF-16 offset. */
  public int offset(int line) {
    return lineStarts[line - 1];
  }

  /** The column, from 1, of the UTF-16 offset; counted in characters as editors count them. */
  public int column(int offset) {
    int start = begin(line(offset));
    if (offset < start) return 1;
    return text.codePointCount(start, Math.min(offset, text.length())) + 1;
  }

  /** A byte order mark is no character of the first line. */
  private int begin(int line) {
    return line == 1 && text.startsWith("\ufeff") ? 1 : lineStarts[line - 1];
  }

  /** The text of a line, from 1, without its line break. */
  public String lineText(int line) {
    int start = begin(line);
    int end = line < lineStarts.length ? lineStarts[line] : text.length();
    while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) end--;
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return name;
  }
}
