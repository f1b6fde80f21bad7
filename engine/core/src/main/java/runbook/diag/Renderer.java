package runbook.diag;

import java.util.List;

/** Shows diagnostics as text: {@code file:line:col: error: …}, the source line, a caret, hints. */
public final class Renderer {
  private static final int WIDEST_LINE = 120;

  private Renderer() {}

  /** All of them, with an empty line between, and a last line that counts. */
  public static String render(List<Diagnostic> diagnostics) {
    var out = new StringBuilder();
    for (var d : diagnostics) out.append(render(d)).append('\n');
    if (!diagnostics.isEmpty()) out.append(count(diagnostics)).append('\n');
    return out.toString();
  }

  public static String render(Diagnostic d) {
    var out = new StringBuilder();
    out.append(d.span()).append(": ").append(d.isError() ? "error" : "warning").append(": ");
    out.append(printable(d.message())).append(" [").append(d.code()).append("]\n");
    if (!d.span().source().text().isEmpty()) excerpt(out, d.span());
    for (var hint : d.hints()) out.append("  hint: ").append(printable(hint)).append('\n');
    return out.toString();
  }

  private static void excerpt(StringBuilder out, Span span) {
    int line = span.line();
    var text = span.source().lineText(line);
    int from =
        Math.min(
            text.offsetByCodePoints(
                0, Math.min(span.column() - 1, text.codePointCount(0, text.length()))),
            text.length());
    int to =
        Math.min(from + Math.max(1, span.end() - span.start()), Math.max(text.length(), from + 1));
    // a very long line is shown around the place
    int cut = from > WIDEST_LINE / 2 && text.length() > WIDEST_LINE ? from - WIDEST_LINE / 3 : 0;
    int end = Math.min(text.length(), cut + WIDEST_LINE);
    var shown = (cut > 0 ? "…" : "") + text.substring(cut, end) + (end < text.length() ? "…" : "");
    var number = String.valueOf(line);
    var gutter = " ".repeat(number.length() + 2);
    out.append("  ")
        .append(number)
        .append(" | ")
        .append(printable(shown).stripTrailing())
        .append('\n');
    out.append(gutter).append(" | ");
    if (cut > 0) out.append(' ');
    for (int i = cut; i < from; i++) {
      if (Character.isLowSurrogate(text.charAt(i))) continue;
      out.append(text.charAt(i) == '\t' ? '\t' : ' ');
    }
    int carets =
        text.isEmpty() || from >= text.length() ? 1 : text.codePointCount(from, Math.min(to, end));
    out.append("^".repeat(Math.max(1, carets))).append('\n');
  }

  private static String count(List<Diagnostic> diagnostics) {
    long errors = diagnostics.stream().filter(Diagnostic::isError).count();
    long warnings = diagnostics.size() - errors;
    var parts = new java.util.ArrayList<String>();
    if (errors > 0) parts.add(errors + (errors == 1 ? " error" : " errors"));
    if (warnings > 0) parts.add(warnings + (warnings == 1 ? " warning" : " warnings"));
    return String.join(", ", parts);
  }

  /** Control characters of a foreign text never reach the terminal. */
  public static String printable(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(
          c != '\t' && (Character.isISOControl(c) || c == '\u2028' || c == '\u2029')
              ? '\u00b7'
              : c);
    }
    return out.toString();
  }
}
