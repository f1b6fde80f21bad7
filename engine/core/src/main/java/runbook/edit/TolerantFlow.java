package runbook.edit;

import java.util.ArrayList;
import java.util.List;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.yaml.Yaml;
import runbook.yaml.Yaml.Style;

/** Reads brackets and quotes that may not be closed. */
final class TolerantFlow {
  private static final int DEEPEST = 100;

  private final Source source;
  private final String text;
  private int at;
  private int owner;

  TolerantFlow(Source source) {
    this.source = source;
    this.text = source.text();
  }

  /** Behind what was read last. */
  int at() {
    return at;
  }

  static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    if (end < 0) return text.length();
    return end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }

  /**
   * What is in brackets.
   *
   * @param column of what it belongs to: a line that is not deeper ends it
   */
  Yaml read(int start, int column) {
    at = start;
    owner = column;
    return node(0);
  }

  private Yaml node(int depth) {
    char c = text.charAt(at);
    if (c == '"' || c == '\'') return quoted(at, owner);
    if ((c != '{' && c != '[') || depth > DEEPEST) return word();
    int start = at++;
    return c == '{' ? mapping(start, depth) : sequence(start, depth);
  }

  private Yaml sequence(int start, int depth) {
    var items = new ArrayList<Yaml>();
    while (inside(']')) {
      int before = at;
      var item = node(depth + 1);
      if (skipBlanks() && text.charAt(at) == ':') {
        at++;
        item = new Yaml.Mapping(List.of(entry(item, depth)), new Span(source, before, at));
      }
      items.add(item);
      if (at == before) at++;
    }
    return new Yaml.Sequence(List.copyOf(items), new Span(source, start, at));
  }

  private Yaml mapping(int start, int depth) {
    var entries = new ArrayList<Yaml.Entry>();
    while (inside('}')) {
      int before = at;
      var key = node(depth + 1);
      if (skipBlanks() && text.charAt(at) == ':') {
        at++;
        entries.add(entry(key, depth));
      } else if (key instanceof Yaml.Scalar s) {
        entries.add(new Yaml.Entry(s, nothing(s.span().end())));
      }
      if (at == before) at++;
    }
    return new Yaml.Mapping(List.copyOf(entries), new Span(source, start, at));
  }

  private Yaml.Entry entry(Yaml key, int depth) {
    var name =
        key instanceof Yaml.Scalar s
            ? s
            : new Yaml.Scalar(
                "", Style.PLAIN, new Span(source, key.span().start(), key.span().start()));
    int behind = Math.min(at + 1, lineEnd(text, at));
    boolean empty = !skipBlanks() || ",]}".indexOf(text.charAt(at)) >= 0;
    return new Yaml.Entry(name, empty ? nothing(behind) : node(depth + 1));
  }

  private Yaml nothing(int offset) {
    return new Yaml.Scalar("", Style.PLAIN, new Span(source, offset, offset));
  }

  /** Goes to the next element; false, behind the bracket, where there is none. */
  private boolean inside(char close) {
    while (skipBlanks()) {
      char c = text.charAt(at);
      if (c == close) {
        at++;
        return false;
      }
      // a bracket of another kind closes what is around this
      if (c == ']' || c == '}') return false;
      if (c != ',') return true;
      at++;
    }
    return false;
  }

  /** Goes to the next character that is no blank; false where a line says that all has ended. */
  private boolean skipBlanks() {
    int p = at;
    while (p < text.length()) {
      char c = text.charAt(p);
      if (c == '#' && p > 0 && Character.isWhitespace(text.charAt(p - 1))) p = lineEnd(text, p);
      else if (Character.isWhitespace(c)) p++;
      else break;
    }
    if (p >= text.length()) return false;
    int line = text.lastIndexOf('\n', p - 1) + 1;
    if (line > at && p - line <= owner && "]}".indexOf(text.charAt(p)) < 0) return false;
    at = p;
    return true;
  }

  private Yaml.Scalar word() {
    int start = at;
    int end = plainEnd(start, lineEnd(text, start), true);
    at = end;
    return new Yaml.Scalar(text.substring(start, end), Style.PLAIN, new Span(source, start, end));
  }

  /** Behind a plain scalar of one line; an expression is passed as a whole. */
  int plainEnd(int from, int limit, boolean inBrackets) {
    int i = from;
    while (i < limit) {
      char c = text.charAt(i);
      if (text.startsWith("${", i)) {
        int close = text.indexOf('}', i);
        i = close < 0 || close >= limit ? limit : close + 1;
        continue;
      }
      if (c == '#' && i > 0 && text.charAt(i - 1) == ' ') break;
      if (inBrackets && (",]}{[".indexOf(c) >= 0 || c == ':' && endsKey(i))) break;
      i++;
    }
    while (i > from && Character.isWhitespace(text.charAt(i - 1))) i--;
    return i;
  }

  private boolean endsKey(int colon) {
    return colon + 1 == text.length()
        || Character.isWhitespace(text.charAt(colon + 1))
        || ",]}".indexOf(text.charAt(colon + 1)) >= 0;
  }

  /** The closing quote before a limit; -1 if there is none. */
  int closing(int open, int limit) {
    char quote = text.charAt(open);
    for (int i = open + 1; i < limit; i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote == '"') i++;
      else if (c == quote && quote == '\'' && i + 1 < limit && text.charAt(i + 1) == quote) i++;
      else if (c == quote) return i;
    }
    return -1;
  }

  /**
   * What is between quotes; one that is not closed ends with its line.
   *
   * @param column of what it belongs to
   */
  Yaml.Scalar quoted(int open, int column) {
    int close = closing(open, text.length());
    int line = lineEnd(text, open);
    if (close > line && isCut(line, close, column)) close = -1;
    if (close < 0) {
      int end = Math.max(line, open + 1);
      at = end;
      return new Yaml.Scalar(
          text.substring(open + 1, end), Style.PLAIN, new Span(source, open + 1, end));
    }
    at = close + 1;
    return new Yaml.Scalar(
        text.substring(open + 1, close), Style.PLAIN, new Span(source, open + 1, close));
  }

  /** Whether lines between two quotes are no text. */
  private boolean isCut(int from, int to, int column) {
    for (int line = text.indexOf('\n', from) + 1; line > 0 && line <= to; ) {
      int end = lineEnd(text, line);
      var words = text.substring(line, Math.min(end, to));
      int indent = words.length() - words.stripLeading().length();
      if (!words.isBlank() && (indent <= column || words.matches("\\s*(- )?[A-Za-z]\\w*:(\\s.*)?")))
        return true;
      line = text.indexOf('\n', end) + 1;
    }
    return false;
  }
}
