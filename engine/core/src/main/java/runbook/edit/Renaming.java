package runbook.edit;

import java.util.List;
import runbook.diag.Span;

/** The answer to the wish for another name. */
public sealed interface Renaming {
  /** The name stands at these places. */
  record At(List<Span> spans) implements Renaming {}

  /** It cannot be, because of what one sentence says. */
  record Refused(String why) implements Renaming {}
}
