package runbook.action;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import runbook.world.Cluster;
import runbook.world.Cluster.Claim;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Cluster.Pod;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;

/** Waits until applied objects are in effect. */
final class Rollout {
  /** Kinds that take time, but whose end nobody waits for. */
  private static final Set<String> UNATTENDED =
      Set.of("DaemonSet", "ReplicaSet", "ReplicationController");

  private final ActionContext context;
  private final Cluster cluster;
  private final Waiting waiting;
  private final Workloads workloads;

  Rollout(ActionContext context) {
    this.context = context;
    this.cluster = context.world().cluster();
    this.waiting = new Waiting(context);
    this.workloads = new Workloads(context, true);
  }

  void await(Wanted wanted, String uid) {
    var name = wanted.ref().name();
    switch (wanted.ref().kind()) {
      case "PersistentVolumeClaim" -> bound(wanted.namespace(), name);
      case "Deployment" -> rolledOut(WorkloadKind.DEPLOYMENT, wanted);
      case "StatefulSet" -> rolledOut(WorkloadKind.STATEFULSET, wanted);
      case "Pod" -> pod(wanted);
      case "Job" -> job(wanted, uid);
      case String kind when UNATTENDED.contains(kind) ->
          context.progress().say(wanted.ref() + ": applied; this kind is not waited for");
      default -> {}
    }
  }

  private void rolledOut(WorkloadKind kind, Wanted wanted) {
    workloads.awaitRollout(kind, wanted.namespace(), wanted.ref().name(), wanted.images());
  }

  /** Waits until an object that is on its way out is gone, so that the new one is another. */
  void awaitGone(ObjectRef ref, Optional<Object> uid) {
    waiting.untilTrue(
        () -> {
          var now = cluster.get(ref);
          if (now.isEmpty() || !Objects.at(now.get(), "metadata", "uid").equals(uid)) return true;
          waiting.say(ref + ": waiting until the old one is gone");
          return false;
        },
        () ->
            Failure.timeout("The time limit passed while the old " + ref + " was being deleted.")
                .withDetail(
                    "finalizers: "
                        + cluster
                            .get(ref)
                            .map(o -> Objects.list(o, "metadata", "finalizers"))
                            .orElse(List.of())));
  }

  private void bound(String namespace, String name) {
    waiting.untilTrue(
        () -> {
          var claim = claim(namespace, name);
          if (claim.phase().equals("Lost")) {
            throw Failure.failed("The claim `" + name + "` has lost its volume.");
          }
          if (claim.phase().equals("Bound")) return true;
          if (claim
              .storageClass()
              .flatMap(cluster::bindingMode)
              .filter("WaitForFirstConsumer"::equals)
              .isPresent()) {
            waiting.say(name + ": not waited for; its class binds it when a pod first uses it");
            return true;
          }
          waiting.say(name + ": waiting until it is bound");
          return false;
        },
        () -> {
          var events = cluster.events(namespace, "PersistentVolumeClaim", name);
          return Failure.timeout("The time limit passed before the claim `" + name + "` was bound.")
              .withDetail(events.isEmpty() ? "No events." : String.join("\n", events));
        });
  }

  private Claim claim(String namespace, String name) {
    return cluster
        .claim(namespace, name)
        .orElseThrow(() -> Failure.failed("The claim `" + name + "` was deleted meanwhile."));
  }

  /** The handle of the claim's volume, once it has one. */
  Optional<String> handle(String namespace, String name) {
    return cluster
        .claim(namespace, name)
        .filter(c -> c.phase().equals("Bound"))
        .flatMap(Claim::volume)
        .flatMap(cluster::volume)
        .flatMap(Cluster.Volume::handle);
  }

  private void pod(Wanted wanted) {
    var name = wanted.ref().name();
    waiting.untilTrue(
        () -> {
          var pod =
              cluster
                  .pod(wanted.namespace(), name)
                  .orElseThrow(
                      () -> Failure.failed("The pod `" + name + "` was deleted meanwhile."));
          if (pod.phase().equals("Failed"))
            throw failed("The pod `" + name + "` failed.", List.of(pod));
          return pod.phase().equals("Succeeded") || isReady(pod, wanted);
        },
        () -> late("pod `" + name + "`", cluster.pod(wanted.namespace(), name).stream().toList()));
  }

  private boolean isReady(Pod pod, Wanted wanted) {
    if (Workloads.ready(pod)) return true;
    waiting.say(Workloads.trouble(cluster, pod).lines().findFirst().orElse(pod.name()));
    workloads.giveUpOn(List.of(pod), wanted.images());
    return false;
  }

  /**
   * A job that serves (a shell to work in) is in effect when its pod is ready; others when done.
   */
  private void job(Wanted wanted, String uid) {
    var what = "job `" + wanted.ref().name() + "`";
    waiting.untilTrue(
        () -> {
          var job =
              cluster
                  .get(wanted.ref())
                  .orElseThrow(() -> Failure.failed("The " + what + " was deleted meanwhile."));
          if (condition(job, "Complete")) return true;
          var pods = podsOf(wanted, uid);
          if (condition(job, "Failed")) throw failed("The " + what + " failed.", pods);
          var living = pods.stream().filter(p -> !p.deleting() && Workloads.lives(p)).toList();
          if (living.isEmpty()) waiting.say(what + ": waiting for its pod");
          return living.stream().anyMatch(p -> isReady(p, wanted));
        },
        () -> late(what, podsOf(wanted, uid)));
  }

  private List<Pod> podsOf(Wanted job, String uid) {
    return cluster.pods(job.namespace(), Map.of("batch.kubernetes.io/controller-uid", uid));
  }

  private static boolean condition(Map<String, Object> job, String type) {
    return Objects.list(job, "status", "conditions").stream()
        .anyMatch(c ->
            Objects.text(c, "type").equals(Optional.of(type))
                && Objects.text(c, "status").equals(Optional.of("True")));
  }

  private Failure failed(String message, List<Pod> pods) {
    return Failure.failed(message).withDetail(troubles(pods));
  }

  private Failure late(String what, List<Pod> pods) {
    return Failure.timeout("The time limit passed before the " + what + " was ready.")
        .withDetail(pods.isEmpty() ? "It has no pod." : troubles(pods));
  }

  private String troubles(List<Pod> pods) {
    return Waiting.lines(pods, p -> Workloads.trouble(cluster, p));
  }
}
