package runbook.action;

import java.util.List;
import runbook.type.FileRef;

/** Copies a file between places in pieces that are hashed at both ends. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Copies a file between places in pieces that are hashed at both ends.")
public record Cp(
    @Doc("File to copy.") FileRef from, @Doc("Where to: appears whole or not at all.") FileRef to)
    implements Action<Cp.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("File that was copied.") FileRef from,
      @Doc("The copy.") FileRef to,
      @Doc("Size.") long bytes,
      @Doc("SHA-512 of the copy, computed where it lies, equal to that of the original.")
          String sha512,
      @Doc("Bytes that went over the line: pieces that were there already do not.")
          long transferred)
      implements Output {}

  @Override
  public List<Finding> preflight(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Done run(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    throw new UnsupportedOperationException();
  }
}
