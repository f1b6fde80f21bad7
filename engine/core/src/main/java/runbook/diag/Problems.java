package runbook.diag;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Collects what is wrong, so that all of it comes out in one run; sorted by place, nothing twice.
 */
public final class Problems {
  private final TreeSet<Diagnostic> all = new TreeSet<>();

  public void add(Diagnostic diagnostic) {
    all.add(diagnostic);
  }

  public void error(Code code, Span span, String message, String... hints) {
    add(Diagnostic.error(code, span, message, hints));
  }

  public void error(Code code, Span span, String message, Optional<String> hint) {
    add(Diagnostic.error(code, span, message).withHint(hint));
  }

  public void warning(Code code, Span span, String message, String... hints) {
    add(Diagnostic.warning(code, span, message, hints));
  }

  public int count() {
    return all.size();
  }

  public boolean hasErrors() {
    return all.stream().anyMatch(Diagnostic::isError);
  }

  public List<Diagnostic> sorted() {
    return List.copyOf(all);
  }
}
