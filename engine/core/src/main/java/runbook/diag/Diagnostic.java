package runbook.diag;

import java.util.List;
import java.util.Optional;

/**
 * One thing to say about a source.
 *
 * @param code what kind of problem it is
 * @param message one sentence, with a full stop
 * @param hints what to do, each a sentence
 */
public record Diagnostic(
    Severity severity, Code code, Span span, String message, List<String> hints)
    implements Comparable<Diagnostic> {

  /** How bad it is: an error keeps a plan from being executed, a warning does not. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public Diagnostic {
    hints = List.copyOf(hints);
  }

  public static Diagnostic error(Code code, Span span, String message, String... hints) {
    return new Diagnostic(Severity.ERROR, code, span, message, List.of(hints));
  }

  public static Diagnostic warning(Code code, Span span, String message, String... hints) {
    return new Diagnostic(Severity.WARNING, code, span, message, List.of(hints));
  }

  public Diagnostic withHint(Optional<String> hint) {
    if (hint.isEmpty()) return this;
    var all = new java.util.ArrayList<>(hints);
    all.add(hint.get());
    return new Diagnostic(severity, code, span, message, all);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  @Override
  public int compareTo(Diagnostic other) {
    int byPlace = span.compareTo(other.span);
    return byPlace != 0 ? byPlace : message.compareTo(other.message);
  }
}
