package runbook.expr;

/**
 * Keeps expressions to a size that JEXL's parser can cope with: it takes twice as long with each
 * square bracket inside of another, and goes deeper with each operator.
 */
final class Nesting {
  private static final int LONGEST = 100_000;
  private static final int MOST_TOKENS = 1_000;
  private static final int DEEPEST = 50;
  private static final int DEEPEST_SQUARE = 6;

  private Nesting() {}

  /** It is more than any person would read. */
  static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TooDeep() {
      super("too deep", null, false, false);
    }
  }

  static void check(String text) {
    if (text.length() > LONGEST) throw new TooDeep();
    int depth = 0;
    int square = 0;
    int tokens = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean within =
          i > 0 && Character.isLetterOrDigit(c) && Character.isLetterOrDigit(text.charAt(i - 1));
      if (!within && !Character.isWhitespace(c)) tokens++;
      switch (c) {
        case '\'', '"' -> {
          for (i++; i < text.length() && text.charAt(i) != c; i++) if (text.charAt(i) == '\\') i++;
        }
        case '[', '{' -> {
          depth++;
          square++;
        }
        case '(' -> depth++;
        case ']', '}' -> {
          depth--;
          square--;
        }
        case ')' -> depth--;
        default -> {}
      }
      if (tokens > MOST_TOKENS || depth > DEEPEST || square > DEEPEST_SQUARE) throw new TooDeep();
    }
  }
}
