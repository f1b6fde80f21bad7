package runbook.yaml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a collection in brackets: its lines stay lines, the blanks in them are brought in order.
 */
final class FlowPrinter {
  /** What is in brackets, piece by piece. */
  record Token(Kind kind, int start, int end) {
    /** Whether something begins here that one might put below something else. */
    boolean isBegin() {
      return kind == Kind.LEAF || kind == Kind.OPEN || kind == Kind.WORD;
    }
  }

  enum Kind {
    LEAF,
    OPEN,
    CLOSE,
    COMMA,
    COLON,
    WORD,
    COMMENT
  }

  /**
   * @param column of the first thing on lines of its own within the brackets, if they begin so
   * @param close column of a closing bracket on a line of its own
   */
  private record Open(boolean hangs, int column, int close) {}

  private final String text;
  private final Alignment alignment;
  private final LeafPrinter leaves;
  private final int indent;
  private final List<String> lines = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private final Deque<Open> open = new ArrayDeque<>();

  /** Where columns of the source came to lie. */
  private final Map<Integer, Integer> columns = new HashMap<>();

  /** How much precedes the text on its first line. */
  private int before;

  private List<Token> tokens = List.of();

  /**
   * @param indent of what it belongs to
   */
  FlowPrinter(String text, Alignment alignment, int indent) {
    this.text = text;
    this.alignment = alignment;
    this.leaves = new LeafPrinter(text);
    this.indent = indent;
  }

  /**
   * The lines: the first one without what precedes it, all others with their indentation.
   *
   * @param column at which it begins
   */
  List<String> lines(Written.Flow flow, int column) {
    before = column;
    tokens = tokens(text, flow);
    int shift = column - Gap.column(text, flow.start());
    Token previous = null;
    for (int i = 0; i < tokens.size(); i++) {
      var token = tokens.get(i);
      if (previous != null) {
        int breaks = breaks(previous.end(), token.start());
        if (breaks > 0) newLine(token, breaks, shift);
        else line.append(" ".repeat(blanks(previous, token)));
      }
      columns.putIfAbsent(Gap.column(text, token.start()), column());
      int begin = lineIndent();
      write(token);
      if (token.kind() == Kind.OPEN) opened(token, tokens.get(i + 1), begin);
      if (token.kind() == Kind.CLOSE) open.pop();
      previous = token;
    }
    lines.add(line.toString());
    return lines;
  }

  private int column() {
    return before + line.length();
  }

  private int lineIndent() {
    if (before > 0) return indent;
    int n = 0;
    while (n < line.length() && line.charAt(n) == ' ') n++;
    return n;
  }

  private int breaks(int from, int to) {
    return (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
  }

  /** A bracket: whether what follows stands on lines of its own. */
  private void opened(Token bracket, Token next, int begin) {
    boolean hangs = breaks(bracket.end(), next.start()) > 0;
    int close = begin;
    if (hangs && before > 0) {
      // at the indentation of the key only where the author closed it there
      int end = closing(bracket);
      boolean flush = Gap.column(text, end) <= Gap.indentation(text, bracket.start());
      close = flush ? begin : begin + 2;
    }
    open.push(new Open(hangs, close + 2, close));
  }

  private int closing(Token bracket) {
    int depth = 0;
    for (var token : tokens) {
      if (token.start() < bracket.start()) continue;
      if (token.kind() == Kind.OPEN) depth++;
      if (token.kind() == Kind.CLOSE && --depth == 0) return token.start();
    }
    throw new UnforeseenLayout();
  }

  private void newLine(Token token, int breaks, int shift) {
    lines.add(line.toString().stripTrailing());
    if (breaks > 1) lines.add("");
    line.setLength(0);
    before = 0;
    var in = open.peek();
    int old = Gap.column(text, token.start());
    int column;
    if (in != null && in.hangs()) column = token.kind() == Kind.CLOSE ? in.close() : in.column();
    else column = Math.max(indent + 2, columns.getOrDefault(old, old + shift));
    line.append(" ".repeat(column));
  }

  private int blanks(Token previous, Token token) {
    if (token.kind() == Kind.COMMENT) return Math.max(1, token.start() - previous.end());
    int least = least(previous, token);
    return least == 0 || !token.isBegin() ? least : alignment.blanks(token.start());
  }

  private int least(Token previous, Token token) {
    char begins = text.charAt(token.start());
    char ended = text.charAt(previous.start());
    if (previous.kind() == Kind.OPEN) return ended == '[' || begins == '}' ? 0 : 1;
    return switch (token.kind()) {
      case COMMA -> previous.kind() == Kind.COLON ? 1 : 0;
      case CLOSE -> begins == ']' ? 0 : 1;
      // an alias takes a colon for one of its characters
      case COLON ->
          ended == '*' || previous.kind() != Kind.LEAF && previous.kind() != Kind.CLOSE ? 1 : 0;
      default -> 1;
    };
  }

  private void write(Token token) {
    if (token.kind() == Kind.LEAF) {
      var written = leaves.lines(new Written.Leaf(token.start(), token.end(), false, ""), indent);
      line.append(written.getFirst());
      for (var next : written.subList(1, written.size())) {
        lines.add(line.toString());
        line.setLength(0);
        before = 0;
        line.append(next);
      }
    } else {
      line.append(text, token.start(), token.end());
    }
  }

  static List<Token> tokens(String text, Written.Flow flow) {
    var tokens = new ArrayList<Token>();
    var leaves = flow.leaves().iterator();
    var leaf = leaves.hasNext() ? leaves.next() : null;
    for (int at = flow.start(); at < flow.end(); ) {
      char c = text.charAt(at);
      if (leaf != null && at == leaf.start()) {
        tokens.add(new Token(Kind.LEAF, at, leaf.end()));
        at = leaf.end();
        leaf = leaves.hasNext() ? leaves.next() : null;
        continue;
      }
      int end =
          switch (c) {
            case '#' -> Gap.lineEnd(text, at, flow.end());
            case '{', '}', '[', ']', ',', ':', '?' -> at + 1;
            default -> Character.isWhitespace(c) ? at : wordEnd(text, at, flow.end());
          };
      if (end > at) tokens.add(new Token(kind(c), at, end));
      at = Math.max(end, at + 1);
    }
    return tokens;
  }

  private static Kind kind(char c) {
    return switch (c) {
      case '{', '[' -> Kind.OPEN;
      case '}', ']' -> Kind.CLOSE;
      case ',' -> Kind.COMMA;
      case ':' -> Kind.COLON;
      case '#' -> Kind.COMMENT;
      default -> Kind.WORD;
    };
  }

  /** An anchor or a tag. */
  private static int wordEnd(String text, int from, int limit) {
    int at = from;
    while (at < limit && !Character.isWhitespace(text.charAt(at))) at++;
    return at;
  }
}
