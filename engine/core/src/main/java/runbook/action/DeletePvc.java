package runbook.action;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deletes a volume claim whose data a clone holds. */
@Declares(effect = Effect.DESTROY, doc = "Deletes a volume claim whose data a clone holds.")
public record DeletePvc(
    @Doc("Volume claim.") String claim,
    @Doc("The step that cloned this claim's volume: the proof that it can be restored.")
        LinodeClone.Done backup,
    @Doc("Whether the PV object is deleted too; its storage at Linode stays. False unless given.")
        Optional<Boolean> deleteVolume,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<DeletePvc.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Namespace of the claim.") String namespace,
      @Doc("Volume claim.") String claim,
      @Doc("Its uid.") String uid,
      @Doc("Its persistent volume (PV).") String volume,
      @Doc("Handle of the PV.") String volumeHandle,
      @Doc("Whether the PV object is still there.") boolean volumeKept,
      @Doc("The claim as it was, to make it again.") Map<String, Object> manifest,
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
