package runbook.expr;

/** Pieces of sentences. */
final class Words {
  private Words() {}

  static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** A text in one short line. */
  static String brief(String text) {
    var line = text.replaceAll("\\s+", " ");
    return line.length() <= 60 ? line : line.substring(0, 59) + "…";
  }

  /** A sentence as a part of another one: without its full stop. */
  static String clause(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
