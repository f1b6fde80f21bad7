package runbook.action;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.world.Cluster;

/**
 * One attempt to run a command, as the step's facts remember it: a retry after a failure is a new
 * one, while another process that resumes the run finds the same one again.
 *
 * @param number from 1
 * @param target the container; empty on this machine
 * @param identity of the container when the attempt began
 */
record Attempt(int number, Optional<Cluster.Target> target, String identity) {

  /** The one that the facts remember last, whatever became of it. */
  static Optional<Attempt> last(Facts facts) {
    return facts
        .recall("attempt")
        .map(Map.class::cast)
        .map(m ->
            new Attempt(
                ((Number) m.get("number")).intValue(),
                m.containsKey("pod")
                    ? Optional.of(
                        new Cluster.Target(
                            (String) m.get("namespace"),
                            (String) m.get("pod"),
                            (String) m.get("container")))
                    : Optional.empty(),
                (String) m.get("identity")));
  }

  /** Begins the next one, in that container or, if there is none, here. */
  static Attempt next(Facts facts, Optional<PodFinder.Found> pod) {
    var number = last(facts).map(Attempt::number).orElse(0) + 1;
    var attempt =
        new Attempt(
            number,
            pod.map(PodFinder.Found::target),
            pod.map(PodFinder.Found::identity).orElse(""));
    facts.record(
        "attempt",
        attempt
            .target
            .map(t ->
                Map.<String, Object>of(
                    "number", (long) number,
                    "namespace", t.namespace(),
                    "pod", t.pod(),
                    "container", t.container(),
                    "identity", attempt.identity))
            .orElse(Map.of("number", (long) number, "identity", "")));
    return attempt;
  }

  Detached detached(ActionContext context) {
    return target
        .<Detached>map(t -> new DetachedInPod(context, t, identity, number))
        .orElseGet(() -> new DetachedHere(context, number));
  }

  /** It has ended and was reported: the next run is a new attempt. */
  void over(Facts facts) {
    facts.record("over", (long) number);
  }

  boolean isOver(Facts facts) {
    return facts.recall("over").map(n -> ((Number) n).intValue() >= number).orElse(false);
  }

  /** Nobody knows how far it got: only a person can tell whether it may be done again. */
  void lost(Facts facts, String why) {
    facts.record("lost", Map.of("number", (long) number, "why", why));
  }

  Optional<String> whyLost(Facts facts) {
    return facts
        .recall("lost")
        .map(Map.class::cast)
        .filter(m -> ((Number) m.get("number")).intValue() == number)
        .map(m -> (String) m.get("why"));
  }

  /** It ended with success: what it gave, for the case that nobody else gets to know. */
  void succeeded(Facts facts, Exec.Done done) {
    facts.record(
        "done",
        Map.of(
            "attempt", (long) number,
            "exitCode", done.exitCode(),
            "stdout", done.stdout(),
            "stderr", done.stderr(),
            "milliseconds", done.took().toMillis(),
            "warnings", done.warnings()));
  }

  Optional<Exec.Done> result(Facts facts) {
    return facts
        .recall("done")
        .map(Map.class::cast)
        .filter(m -> ((Number) m.get("attempt")).intValue() == number)
        .map(m ->
            new Exec.Done(
                ((Number) m.get("exitCode")).longValue(),
                (String) m.get("stdout"),
                (String) m.get("stderr"),
                Duration.ofMillis(((Number) m.get("milliseconds")).longValue()),
                ((List<?>) m.get("warnings")).stream().map(String.class::cast).toList()));
  }
}
