package runbook.edit;

import java.nio.file.Path;
import runbook.diag.Span;

/** Where something is declared. */
public sealed interface Target {
  /** In the same text. */
  record Here(Span span) implements Target {}

  /** A file. */
  record Elsewhere(Path file) implements Target {}
}
