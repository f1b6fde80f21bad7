package runbook.diag;

/**
 * A piece of a source: UTF-16 offsets, {@code end} exclusive. An empty span is a place between two
 * characters.
 */
public record Span(Source source, int start, int end) implements Comparable<Span> {
  public Span {
    if (start < 0 || end < start || end > source.text().length()) {
      throw new IllegalArgumentException("no such span: " + start + ".." + end + " of " + source);
    }
  }

  public int line() {
    return source.line(start);
  }

  public int column() {
    return source.column(start);
  }

  public String text() {
    return source.text().substring(start, end);
  }

  /** By file, then by place; for equal starts the wider one first. */
  @Override
  public int compareTo(Span other) {
    int byFile = source.name().compareTo(other.source.name());
    if (byFile != 0) return byFile;
    int byStart = Integer.compare(start, other.start);
    return byStart != 0 ? byStart : Integer.compare(other.end, end);
  }

  /** {@code file:line:col}. */
  @Override
  public String toString() {
    return source.name() + ":" + line() + ":" + column();
  }
}
