package runbook.action;

import java.util.List;
import java.util.Optional;

/** Clones the Linode volume behind a claim, and waits until the clone is active. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Clones the Linode volume behind a claim, and waits until the clone is active.")
public record LinodeClone(
    @Doc("Volume claim.") String claim,
    @Doc("Label of the clone: 1 to 32 letters, digits, `-` and `_`.") String label,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<LinodeClone.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Namespace of the claim.") String namespace,
      @Doc("Volume claim.") String claim,
      @Doc("Its uid.") String claimUid,
      @Doc("Its persistent volume (PV).") String volume,
      @Doc("Handle of the PV: id and label of the Linode volume.") String volumeHandle,
      @Doc("Id of the Linode volume that was cloned.") long volumeId,
      @Doc("Id of the clone.") long cloneId,
      @Doc("Label of the clone.") String label,
      @Doc("Size in GB.") long size,
      @Doc("Region of the clone.") String region,
      @Doc("What stays behind and may cost money, for the final report.") List<String> leftovers)
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
