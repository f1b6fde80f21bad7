package runbook.yaml;

import java.util.Arrays;
import runbook.diag.Span;
import runbook.yaml.Yaml.Style;

/**
 * Finds where a piece of a scalar's value stands in its source, through quotes, escapes, folding
 * and indentation: walks value and source side by side, and gives up (the whole scalar) where they
 * part.
 */
final class ScalarPlaces {
  private ScalarPlaces() {}

  static Span find(Yaml.Scalar scalar, int from, int to) {
    var raw = scalar.span().text();
    var places = places(scalar.style(), raw, scalar.text());
    if (places.length == 0) return scalar.span();
    int base = scalar.span().start();
    int start = base + places[from];
    int end =
        from == to ? start : base + places[to - 1] + width(scalar.style(), raw, places[to - 1]);
    return new Span(scalar.span().source(), start, Math.max(start, end));
  }

  /** For each character of the value its offset in the source; empty if they do not correspond. */
  private static int[] places(Style style, String raw, String value) {
    int p = contentStart(style, raw, afterProperties(raw));
    var places = new int[value.length() + 1];
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      while (p < raw.length() && !stands(style, raw, p, c) && isBreakable(style, raw, p)) {
        p += width(style, raw, p);
      }
      if (p >= raw.length()) {
        // what closes a block scalar may be a line break that the source does not have
        if (c != '\n') return new int[0];
        Arrays.fill(places, i, places.length, raw.length());
        return places;
      }
      if (!stands(style, raw, p, c)) return new int[0];
      places[i] = p;
      // one escape may give two units
      if (isEscape(style, raw, p) && Character.isSupplementaryCodePoint(unescape(raw, p)))
        places[++i] = p;
      p += width(style, raw, p);
    }
    places[value.length()] = Math.min(p, raw.length());
    return places;
  }

  /** Behind an anchor and a tag. */
  private static int afterProperties(String raw) {
    int p = 0;
    while (p < raw.length() && (raw.charAt(p) == '&' || raw.charAt(p) == '!')) {
      while (p < raw.length() && !Character.isWhitespace(raw.charAt(p))) p++;
      while (p < raw.length() && Character.isWhitespace(raw.charAt(p))) p++;
    }
    return p;
  }

  private static int contentStart(Style style, String raw, int from) {
    return switch (style) {
      case PLAIN -> from;
      case SINGLE_QUOTED, DOUBLE_QUOTED -> from + 1;
      case LITERAL, FOLDED -> {
        int line = raw.indexOf('\n', from);
        yield line < 0 ? raw.length() : line + 1;
      }
    };
  }

  private static boolean isEscape(Style style, String raw, int p) {
    return style == Style.DOUBLE_QUOTED && raw.charAt(p) == '\\' && p + 1 < raw.length();
  }

  /** White space may be folded away; so may an escaped line break. */
  private static boolean isBreakable(Style style, String raw, int p) {
    if (isEscape(style, raw, p)) return raw.charAt(p + 1) == '\n' || raw.charAt(p + 1) == '\r';
    return " \t\r\n".indexOf(raw.charAt(p)) >= 0;
  }

  private static boolean stands(Style style, String raw, int p, char wanted) {
    if (isEscape(style, raw, p)) {
      int point = unescape(raw, p);
      return point == wanted
          || Character.isSupplementaryCodePoint(point) && Character.highSurrogate(point) == wanted;
    }
    char c = raw.charAt(p);
    // a line break that is folded is a space
    return c == wanted || wanted == ' ' && c == '\n' || wanted == '\n' && c == '\r';
  }

  private static int width(Style style, String raw, int p) {
    if (p >= raw.length()) return 0;
    if (style == Style.SINGLE_QUOTED && raw.startsWith("''", p)) return 2;
    if (!isEscape(style, raw, p)) return raw.startsWith("\r\n", p) ? 2 : 1;
    int width =
        switch (raw.charAt(p + 1)) {
          case 'x' -> 4;
          case 'u' -> 6;
          case 'U' -> 10;
          case '\r' -> raw.startsWith("\n", p + 2) ? 3 : 2;
          default -> 2;
        };
    return Math.min(width, raw.length() - p);
  }

  private static int unescape(String raw, int p) {
    return switch (raw.charAt(p + 1)) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '0' -> 0;
      case 'a' -> 7;
      case 'v' -> 11;
      case 'e' -> 27;
      case '_' -> 0xa0;
      case 'N' -> 0x85;
      case 'L' -> 0x2028;
      case 'P' -> 0x2029;
      case 'x', 'u', 'U' -> hex(raw, p + 2, p + width(Style.DOUBLE_QUOTED, raw, p));
      default -> raw.charAt(p + 1);
    };
  }

  private static int hex(String raw, int from, int to) {
    try {
      return Integer.parseInt(raw.substring(from, to), 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
