package runbook.expr;

import static runbook.expr.TypeChecker.child;

import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.apache.commons.jexl3.parser.*;
import runbook.diag.Span;

/**
 * Where the nodes of a tree stand. JEXL knows where words begin, not where they end, nor where what
 * is made of them begins: that is found in the text.
 */
final class NodeSpans {
  private static final Pattern NUMBER =
      Pattern.compile("0[xX][0-9a-fA-F]+|\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");
  private static final Pattern WORD = Pattern.compile("[\\w$@]+");

  private final String text;
  private final BiFunction<Integer, Integer, Span> places;

  NodeSpans(String text, BiFunction<Integer, Integer, Span> places) {
    this.text = text;
    this.places = places;
  }

  /** A piece of the text. */
  private record Range(int from, int to) {
    Range and(Range other) {
      return new Range(Math.min(from, other.from), Math.max(to, other.to));
    }
  }

  Span of(JexlNode node) {
    return span(range(node));
  }

  /** The source of a node, as it is written. */
  String text(JexlNode node) {
    var range = bounded(range(node));
    return text.substring(range.from, range.to);
  }

  /** The member that a reference names in its i-th part, without dot, brackets and quotes. */
  Span member(JexlNode reference, int i) {
    var range = accessor(reference, i);
    var written = text.substring(range.from, range.to);
    if (!written.startsWith("[")) return span(range);
    var part = child(reference, i);
    if (part.jjtGetNumChildren() != 1 || !(child(part, 0) instanceof ASTStringLiteral))
      return span(range);
    var quoted = range(child(part, 0));
    return span(new Range(quoted.from + 1, quoted.to - 1));
  }

  private Span span(Range range) {
    var safe = bounded(range);
    return places.apply(safe.from, safe.to);
  }

  private Range bounded(Range range) {
    int from = Math.clamp(range.from, 0, text.length());
    return new Range(from, Math.clamp(range.to, from, text.length()));
  }

  private Range range(JexlNode node) {
    return switch (node) {
      case ASTJexlScript _ -> new Range(0, text.length());
      case ASTNumberLiteral n -> token(n, NUMBER);
      case ASTStringLiteral s -> quoted(offset(s));
      case ASTArrayLiteral a -> new Range(offset(a), closing(offset(a)));
      case ASTReference r -> r.jjtGetNumChildren() == 1 ? range(child(r, 0)) : reference(r);
      case ASTFunctionNode f -> {
        var name = range(child(f, 0));
        yield new Range(name.from, closing(text.indexOf('(', name.to)));
      }
      case ASTReferenceExpression p when p.jjtGetNumChildren() == 1 ->
          parenthesised(range(child(p, 0)));
      case ASTEmptyFunction e -> after("empty", range(child(e, 0)));
      case ASTSizeFunction s -> after("size", range(child(s, 0)));
      case ASTNotNode n -> after("not", after("!", range(child(n, 0))));
      case ASTUnaryMinusNode m -> after("-", range(child(m, 0)));
      case JexlNode n when n.jjtGetNumChildren() == 0 -> token(n, WORD);
      default -> {
        var all = range(child(node, 0));
        for (int i = 1; i < node.jjtGetNumChildren(); i++) all = all.and(range(child(node, i)));
        yield all;
      }
    };
  }

  private Range reference(JexlNode node) {
    return new Range(range(child(node, 0)).from, accessor(node, node.jjtGetNumChildren() - 1).to);
  }

  /**
   * The i-th part of a reference: parts follow each other, and only the first has a known place.
   */
  private Range accessor(JexlNode reference, int i) {
    var range = range(child(reference, 0));
    for (int n = 1; n <= i; n++) {
      int at = range.to;
      while (at < text.length() && " \t\r\n.?".indexOf(text.charAt(at)) >= 0) at++;
      if (at < text.length() && text.charAt(at) == '[') {
        range = new Range(at, closing(at));
      } else if (at < text.length() && "'\"".indexOf(text.charAt(at)) >= 0) {
        range = quoted(at);
      } else {
        var word = WORD.matcher(text).region(Math.min(at, text.length()), text.length());
        range = new Range(at, word.lookingAt() ? word.end() : at);
      }
    }
    return bounded(range);
  }

  private Range token(JexlNode node, Pattern form) {
    int from = offset(node);
    var token = form.matcher(text).region(from, text.length());
    return new Range(from, token.lookingAt() ? token.end() : Math.min(from + 1, text.length()));
  }

  private Range quoted(int from) {
    if (from >= text.length()) return new Range(from, from);
    char quote = text.charAt(from);
    int i = from + 1;
    while (i < text.length() && text.charAt(i) != quote) i += text.charAt(i) == '\\' ? 2 : 1;
    return new Range(from, i + 1);
  }

  /** Behind the bracket that closes the one at this place. */
  private int closing(int open) {
    if (open < 0) return text.length();
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\'', '"' -> i = quoted(i).to - 1;
        case '(', '[', '{' -> depth++;
        case ')', ']', '}' -> {
          if (--depth == 0) return i + 1;
        }
        default -> {}
      }
    }
    return text.length();
  }

  private Range parenthesised(Range inner) {
    int from = before(inner.from);
    int to = inner.to;
    while (to < text.length() && Character.isWhitespace(text.charAt(to))) to++;
    boolean is = from > 0 && text.charAt(from - 1) == '(' && text.startsWith(")", to);
    return is ? new Range(from - 1, to + 1) : inner;
  }

  private Range after(String word, Range operand) {
    int from = before(operand.from);
    return text.startsWith(word, from - word.length())
        ? new Range(from - word.length(), operand.to)
        : operand;
  }

  private int before(int at) {
    int from = Math.clamp(at, 0, text.length());
    while (from > 0 && Character.isWhitespace(text.charAt(from - 1))) from--;
    return from;
  }

  private int offset(JexlNode node) {
    return JexlFaults.offset(text, node.getLine(), node.getColumn());
  }
}
