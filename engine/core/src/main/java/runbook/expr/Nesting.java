package runbook.expr;

/**
 * Keeps expressions to a size that JEXL's parser can cope with: it takes twice as long with each
 * list or map inside of one, and goes deeper with each operator.
 */
final class Nesting {
  private static final int LONGEST = 10_000;
  private static final int DEEPEST = 50;
  private static final int DEEPEST_LITERAL = 6;

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
    int literal = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'', '"' -> {
          for (i++; i < text.length() && text.charAt(i) != c; i++) if (text.charAt(i) == '\\') i++;
        }
        case '[', '{' -> {
          depth++;
          literal++;
        }
        case '(' -> depth++;
        case ']', '}' -> {
          depth--;
          literal--;
        }
        case ')' -> depth--;
        default -> {}
      }
      if (depth > DEEPEST || literal > DEEPEST_LITERAL) throw new TooDeep();
    }
  }
}
