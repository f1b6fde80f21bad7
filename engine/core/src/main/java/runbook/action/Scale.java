package runbook.action;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sets the replicas of workloads and waits until no pod is left, or all are ready. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Sets the replicas of workloads and waits until no pod is left, or all are ready.")
public record Scale(
    @Doc("Deployments.") Optional<List<String>> deployments,
    @Doc("Stateful sets.") Optional<List<String>> statefulsets,
    @Doc("Cron jobs: 0 suspends them.") Optional<List<String>> cronjobs,
    @Doc("How many each shall have.") Optional<Long> replicas,
    @Doc("An earlier step of this type: each gets the replicas that it had before that step.")
        Optional<Scale.Done> restore,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<Scale.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Namespace of the workloads.") String namespace,
      @Doc(
              "Replicas of each before, under `deployment/name`, `statefulset/name` or `cronjob/name`.")
          Map<String, Long> previous,
      @Doc("Replicas of each now.") Map<String, Long> current)
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
