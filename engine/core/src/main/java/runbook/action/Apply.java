package runbook.action;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Applies manifests (server-side apply) and waits until claims are bound and workloads rolled out.
 */
@Declares(
    effect = Effect.CHANGE,
    doc =
        "Applies manifests (server-side apply) and waits until claims are bound and workloads rolled out.")
public record Apply(
    @Doc("Manifest files.") Optional<List<Path>> files,
    @Doc("Manifests, written in the plan.") Optional<List<Map<String, Object>>> objects,
    @Doc("Images by container name, instead of those in the manifests.")
        Optional<Map<String, String>> images,
    @Doc("Owner of the applied fields; `plan` unless given.") Optional<String> fieldManager,
    @Doc("Whether fields of other owners are taken over; false unless given.")
        Optional<Boolean> force,
    @Doc("Whether to wait until all is in effect; true unless given.") Optional<Boolean> await,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<Apply.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("What was applied.") List<Applied> objects,
      @Doc("Volume handle of each claim that was applied and is bound.") Map<String, String> claims)
      implements Output {}

  /** One object. */
  public record Applied(
      @Doc("API version.") String apiVersion,
      @Doc("Kind.") String kind,
      @Doc("Namespace; empty for objects without one.") String namespace,
      @Doc("Name.") String name,
      @Doc("Its uid.") String uid,
      @Doc("Whether it was not there before.") boolean created,
      @Doc("Whether anything changed.") boolean changed) {}

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
