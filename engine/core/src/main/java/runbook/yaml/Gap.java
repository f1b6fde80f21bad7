package runbook.yaml;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands between two nodes and is no node: comments and blank lines.
 *
 * @param trailing the comment behind what comes before, with the blanks before it; may be empty
 * @param lines the lines that follow
 */
record Gap(String trailing, List<Line> lines) {
  /**
   * A comment of its own line, or a blank line, whose text is empty.
   *
   * @param column of the comment, from 0
   * @param end offset behind it
   */
  record Line(int column, String text, int end) {
    boolean isBlank() {
      return text.isEmpty();
    }
  }

  /**
   * The gap between two offsets, between which is nothing else.
   *
   * @throws UnforeseenLayout when there is
   */
  static Gap between(String text, int from, int to) {
    var lines = new ArrayList<Line>();
    var trailing = "";
    boolean begun = from == 0 || text.charAt(from - 1) == '\n';
    for (int at = from; at < to; ) {
      int end = lineEnd(text, at, to);
      var line = text.substring(at, end);
      var comment = line.strip();
      boolean whole = end < to && text.charAt(end) == '\n';
      if (!comment.isEmpty() && comment.charAt(0) != '#') throw new UnforeseenLayout();
      if (!begun) trailing = comment.isEmpty() ? "" : line.stripTrailing();
      else if (!comment.isEmpty()) lines.add(new Line(line.indexOf('#'), comment, end));
      else if (whole) lines.add(new Line(0, "", end));
      begun = true;
      at = end + 1;
    }
    return new Gap(trailing.isEmpty() ? "" : blanks(trailing) + trailing.strip(), lines);
  }

  /** As many as the author had before it, and at least one. */
  private static String blanks(String trailing) {
    return " ".repeat(Math.max(1, trailing.indexOf('#')));
  }

  /** The next offset that has neither a blank nor a comment. */
  static int skip(String text, int from) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#' && (at == 0 || Character.isWhitespace(text.charAt(at - 1))))
        at = lineEnd(text, at, text.length());
      else if (Character.isWhitespace(c)) at++;
      else break;
    }
    return at;
  }

  static int lineEnd(String text, int from, int limit) {
    int end = text.indexOf('\n', from);
    return end < 0 || end > limit ? limit : end;
  }

  /** The column, from 0. */
  static int column(String text, int offset) {
    return offset - (text.lastIndexOf('\n', offset - 1) + 1);
  }

  /** How far the line is indented that has the offset. */
  static int indentation(String text, int offset) {
    int start = offset - column(text, offset);
    int at = start;
    while (at < text.length() && text.charAt(at) == ' ') at++;
    return at - start;
  }
}
