package runbook.edit;

import java.util.ArrayList;
import java.util.List;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.yaml.Yaml;
import runbook.yaml.Yaml.Style;

/**
 * Reads what somebody is typing: always gives a tree, by indentation and by what a line begins
 * with. Quotes and brackets that are not closed end where the lines around them say so. Quoted
 * scalars come as they stand between the quotes.
 */
final class TolerantReader {
  private static final int DEEPEST = 100;

  private final Source source;
  private final String text;
  private final TolerantFlow flow;
  private int at;
  private int depth;

  private TolerantReader(Source source) {
    this.source = source;
    this.text = source.text();
    this.flow = new TolerantFlow(source);
  }

  static Yaml read(Source source) {
    var self = new TolerantReader(source);
    self.head();
    int first = self.next();
    return first < self.text.length() ? self.block(first, -1) : self.nothing(0);
  }

  /** Passes directives and the mark of the document. */
  private void head() {
    for (int next = next(); next < text.length(); next = next()) {
      if (!text.startsWith("---", next) && text.charAt(next) != '%') return;
      at = lineEnd(next);
    }
  }

  /** The next offset with neither a blank nor a comment. */
  private int next() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#' && (at == 0 || Character.isWhitespace(text.charAt(at - 1)))) at = lineEnd(at);
      else if (Character.isWhitespace(c) || c == '\ufeff') at++;
      else break;
    }
    return at;
  }

  private int lineEnd(int from) {
    return TolerantFlow.lineEnd(text, from);
  }

  private int column(int offset) {
    return offset - (text.lastIndexOf('\n', offset - 1) + 1);
  }

  private boolean isDash(int offset) {
    return offset < text.length()
        && text.charAt(offset) == '-'
        && (offset + 1 == text.length() || Character.isWhitespace(text.charAt(offset + 1)));
  }

  private Yaml nothing(int offset) {
    return new Yaml.Scalar("", Style.PLAIN, new Span(source, offset, offset));
  }

  private Yaml.Scalar plain(int from, int to) {
    return new Yaml.Scalar(text.substring(from, to), Style.PLAIN, new Span(source, from, to));
  }

  /** What begins at an offset, which is the first of its line or follows a dash. */
  private Yaml block(int start, int parent) {
    at = start;
    if (depth > DEEPEST) return value(start, parent);
    depth++;
    try {
      if (isDash(start)) return sequence(column(start), parent);
      if (keyEnd(start) >= 0 || isWordAboveKeys(start)) return mapping(column(start));
      return value(start, parent);
    } finally {
      depth--;
    }
  }

  /** Whether it is a word that wants to become a key, since keys are below it. */
  private boolean isWordAboveKeys(int start) {
    if ("{['\"|>".indexOf(text.charAt(start)) >= 0) return false;
    int saved = at;
    at = lineEnd(start);
    int below = next();
    at = saved;
    return below < text.length() && column(below) == column(start) && keyEnd(below) >= 0;
  }

  /** The offset of the colon behind a key that begins here; -1 if there is none in this line. */
  private int keyEnd(int start) {
    int end = lineEnd(start);
    int i = start;
    char first = start < end ? text.charAt(start) : ' ';
    if (first == '"' || first == '\'') {
      int close = flow.closing(start, end);
      if (close < 0) return -1;
      i = close + 1;
      while (i < end && text.charAt(i) == ' ') i++;
      return i < end && isColon(i) ? i : -1;
    }
    if (first == '{' || first == '[') return -1;
    for (; i < end; i++) {
      if (isColon(i)) return i;
      if (text.charAt(i) == '#' && i > start && text.charAt(i - 1) == ' ') return -1;
    }
    return -1;
  }

  private boolean isColon(int i) {
    return text.charAt(i) == ':'
        && (i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1)));
  }

  private Yaml mapping(int column) {
    var entries = new ArrayList<Yaml.Entry>();
    int start = at;
    for (int p = next(); p < text.length() && column(p) >= column; p = next()) {
      if (isDash(p)) {
        if (column(p) == column) break;
        // lines of a list where none belongs: what they say belongs to the last key
        int last = entries.size() - 1;
        var list = sequence(column(p), column);
        if (last >= 0 && entries.get(last).value().isNull())
          entries.set(last, new Yaml.Entry(entries.get(last).key(), list));
        continue;
      }
      int colon = keyEnd(p);
      if (colon < 0) {
        entries.add(new Yaml.Entry(word(p), nothing(at)));
        continue;
      }
      var key = key(p, colon);
      entries.add(new Yaml.Entry(key, after(colon + 1, column, true)));
    }
    return new Yaml.Mapping(List.copyOf(entries), new Span(source, start, at));
  }

  private Yaml.Scalar key(int from, int colon) {
    int end = colon;
    while (end > from && text.charAt(end - 1) == ' ') end--;
    char first = text.charAt(from);
    return first == '"' || first == '\'' ? plain(from + 1, end - 1) : plain(from, end);
  }

  /** The rest of a line, which is going to be a key. */
  private Yaml.Scalar word(int from) {
    int end = flow.plainEnd(from, lineEnd(from), false);
    at = lineEnd(from);
    return plain(from, end);
  }

  private Yaml sequence(int column, int parent) {
    var items = new ArrayList<Yaml>();
    int start = at;
    for (int p = next(); isDash(p) && column(p) >= column && column(p) > parent - 1; p = next()) {
      if (column(p) < column) break;
      int dash = p;
      at = dash + 1;
      int inLine = dash + 1;
      while (inLine < text.length() && text.charAt(inLine) == ' ') inLine++;
      boolean nested =
          inLine < lineEnd(dash)
              && (isDash(inLine) || keyEnd(inLine) >= 0 || isWordAboveKeys(inLine));
      items.add(nested ? block(inLine, column(dash)) : after(dash + 1, column(dash), false));
    }
    return new Yaml.Sequence(List.copyOf(items), new Span(source, start, at));
  }

  /** What follows a colon or a dash; {@code column} is that of its owner. */
  private Yaml after(int from, int column, boolean ofKey) {
    int end = lineEnd(from);
    int p = from;
    while (p < end && (text.charAt(p) == ' ' || text.charAt(p) == '\t')) p++;
    boolean here = p < end && !(text.charAt(p) == '#' && p > from);
    if (here && (text.charAt(p) == '&' || text.charAt(p) == '!')) {
      while (p < end && text.charAt(p) != ' ') p++;
      return after(p, column, ofKey);
    }
    if (here) return value(p, column);
    at = end;
    int below = next();
    boolean mine =
        below < text.length()
            && (column(below) > column || ofKey && isDash(below) && column(below) == column);
    if (mine) return block(below, ofKey && isDash(below) ? column - 1 : column);
    at = Math.min(at, below);
    // where one would begin to write
    return nothing(Math.min(from + 1, end));
  }

  private Yaml value(int start, int column) {
    char first = text.charAt(start);
    if (first == '{' || first == '[') {
      var node = flow.read(start, column);
      at = flow.at();
      return node;
    }
    if (first == '"' || first == '\'') {
      var scalar = flow.quoted(start, column);
      at = Math.max(flow.at(), start + 1);
      return scalar;
    }
    return first == '|' || first == '>' ? literal(start, column) : lines(start, column);
  }

  /** A plain scalar, which goes on in deeper lines that are neither keys nor elements. */
  private Yaml lines(int start, int column) {
    int end = flow.plainEnd(start, lineEnd(start), false);
    at = lineEnd(start);
    while (true) {
      int saved = at;
      int p = next();
      if (p >= text.length() || column(p) <= column || isDash(p) || keyEnd(p) >= 0) {
        at = saved;
        return plain(start, end);
      }
      end = flow.plainEnd(p, lineEnd(p), false);
      at = lineEnd(p);
    }
  }

  /** A block scalar, whose value is its lines without their indentation. */
  private Yaml literal(int start, int column) {
    var value = new StringBuilder();
    int indent = -1;
    int end = lineEnd(start);
    for (int line = end + 1; line <= text.length() && end < text.length(); ) {
      int lineEnd = lineEnd(line);
      int p = line;
      while (p < lineEnd && text.charAt(p) == ' ') p++;
      if (p < lineEnd && p - line <= column) break;
      if (p < lineEnd && indent < 0) indent = p - line;
      if (indent >= 0) {
        value.append(text, Math.min(line + indent, lineEnd), lineEnd).append('\n');
      }
      end = lineEnd;
      line = lineEnd + 1;
    }
    at = end;
    return new Yaml.Scalar(value.toString(), Style.LITERAL, new Span(source, start, end));
  }
}
