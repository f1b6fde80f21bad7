package runbook.check;

import java.util.List;
import runbook.diag.Span;

/** A thing, or a list of things, that an argument names. */
record Named(Symbol symbol, Span span) {

  /** What it names if parameters have their defaults. */
  List<?> values() {
    return symbol.value().map(v -> v instanceof List<?> l ? l : List.of(v)).orElse(List.of());
  }
}
