package runbook.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Writes a scalar with another indentation; its value stays what it is. */
final class LeafPrinter {
  private static final Pattern HEADER =
      Pattern.compile("(?<before>.*?[|>])(?<marks>[-+0-9]*)(?<comment>[ \\t]+#.*)?[ \\t]*");

  private final String text;

  LeafPrinter(String text) {
    this.text = text;
  }

  /**
   * The lines of a scalar: the first one without its indentation, all others with it.
   *
   * @param indent of what it belongs to
   */
  List<String> lines(Written.Leaf leaf, int indent) {
    var raw = text.substring(leaf.start(), leaf.end());
    if (raw.indexOf('\n') < 0) return List.of(raw.stripTrailing());
    var out = new ArrayList<String>();
    var lines = raw.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      // blanks at a line's end are folded away, but for one that is escaped
      var line = i + 1 < lines.length ? withoutTail(lines[i]) : lines[i];
      if (i > 0) line = line.stripLeading();
      out.add(i == 0 || line.isEmpty() ? line : " ".repeat(indent + 2) + line);
    }
    return out;
  }

  private static String withoutTail(String line) {
    var bare = line.stripTrailing();
    return bare.endsWith("\\") && bare.length() < line.length()
        ? bare + line.charAt(bare.length())
        : bare;
  }

  /**
   * A block scalar.
   *
   * @param end behind its last character, without the line break
   * @param keeps whether the blank lines behind it belong to it
   */
  record Block(List<String> lines, int end, boolean keeps) {}

  /**
   * @param parent column of what it belongs to, in the source
   * @param indent the same, as it is written now
   */
  Block block(Written.Leaf leaf, int parent, int indent) {
    int headerEnd = Gap.lineEnd(text, leaf.start(), text.length());
    var header = HEADER.matcher(text.substring(leaf.start(), headerEnd));
    if (!header.matches()) throw new UnforeseenLayout();
    var marks = header.group("marks");
    boolean keeps = marks.contains("+");
    var digits = marks.replaceAll("[-+]", "");
    int content =
        digits.isEmpty() ? contentColumn(headerEnd, parent) : parent + Integer.parseInt(digits);
    var body = new ArrayList<String>();
    int end = headerEnd;
    int kept = 0;
    for (int at = headerEnd + 1; at < text.length(); ) {
      int lineEnd = Gap.lineEnd(text, at, text.length());
      var line = text.substring(at, lineEnd);
      boolean isText = line.length() > content && leading(line) >= content;
      if (!isText && !line.isBlank()) break;
      body.add(isText ? " ".repeat(indent + 2) + line.substring(content) : "");
      if (isText || keeps) {
        kept = body.size();
        end = lineEnd;
      }
      at = lineEnd + 1;
    }
    // a text that ends with the file has no last line break, and shall get none
    boolean cut =
        end == text.length() && marks.indexOf('-') < 0 && !keeps && !leaf.value().endsWith("\n");
    var lines = new ArrayList<String>();
    lines.add(
        header.group("before")
            + (digits.isEmpty() ? marks : marks.replace(digits, "2"))
            + (cut && kept > 0 ? "-" : "")
            + (header.group("comment") == null ? "" : header.group("comment").stripTrailing()));
    lines.addAll(body.subList(0, kept));
    return new Block(lines, end, keeps);
  }

  /** The indentation of the first line that is not blank. */
  private int contentColumn(int headerEnd, int parent) {
    for (int at = headerEnd + 1; at < text.length(); ) {
      int lineEnd = Gap.lineEnd(text, at, text.length());
      var line = text.substring(at, lineEnd);
      if (!line.isBlank()) return Math.max(parent + 1, leading(line));
      at = lineEnd + 1;
    }
    return parent + 1;
  }

  private static int leading(String line) {
    int n = 0;
    while (n < line.length() && line.charAt(n) == ' ') n++;
    return n;
  }
}
