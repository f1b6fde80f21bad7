package runbook.action;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.world.Cluster;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;

/** Finds the one pod, running and not terminating, and the container that a place means. */
final class PodFinder {
  /** Time heals a pod that starts, but hardly a deployment of two pods, or none. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private PodFinder() {}

  /** A container that runs. */
  record Found(Cluster.Target target, Cluster.Pod pod, Cluster.Container container) {
    /** Another one as soon as the container restarts or the pod is replaced. */
    String identity() {
      return PodFinder.identity(pod, container);
    }
  }

  static String identity(Cluster.Pod pod, Cluster.Container container) {
    return pod.uid() + " " + container.containerId() + " " + container.restarts();
  }

  /** What a look gave: the container, or what was seen instead. */
  private sealed interface Look {
    record One(Found found) implements Look {}

    record Not(String why, String saw, boolean hopeless) implements Look {}
  }

  /**
   * The place's container; waits for it until the step's time is up.
   *
   * @throws Failure that lists what there is instead
   */
  static Found find(ActionContext context, Place.InPod place) {
    var patience = context.world().clock().now().plus(PATIENCE);
    for (var said = false; ; ) {
      switch (look(context.world().cluster(), place)) {
        case Look.One(var found) -> {
          return found;
        }
        case Look.Not(var why, var saw, var hopeless) -> {
          if (hopeless && context.world().clock().now().isAfter(patience))
            throw Failure.refused(why, "Look at it with `" + command(place) + "`.").withDetail(saw);
          if (!said) context.progress().say(why + " Waiting.");
          said = true;
          try {
            context.pause(INTERVAL);
          } catch (Failure late) {
            if (late.kind() != Failure.Kind.TIMEOUT) throw late;
            throw Failure.timeout(why + " The step's time limit has passed.").withDetail(saw);
          }
        }
      }
    }
  }

  /** The place's container if there is exactly one now, for a preflight; never waits. */
  static Optional<Found> now(ActionContext context, Place.InPod place) {
    return look(context.world().cluster(), place) instanceof Look.One(var found)
        ? Optional.of(found)
        : Optional.empty();
  }

  /** What a preflight says about the place. */
  static Finding finding(ActionContext context, Place.InPod place) {
    return switch (look(context.world().cluster(), place)) {
      case Look.One(var found) ->
          Finding.fine("Place `" + place.name() + "`", "It is " + found.target() + ".");
      case Look.Not(var why, var saw, _) ->
          Finding.notice(
              "Place `" + place.name() + "`",
              saw.isEmpty() ? why : why + " " + saw,
              "Unless an earlier step starts it, look at it with `" + command(place) + "`.");
    };
  }

  private static Look look(Cluster cluster, Place.InPod place) {
    var namespace = place.namespace();
    return switch (place.pods()) {
      case Place.Pods.Named(var pod) ->
          choose(place, cluster.pod(namespace, pod).stream().toList());
      case Place.Pods.OfJob(var job) ->
          choose(place, cluster.pods(namespace, Map.of("job-name", job)));
      case Place.Pods.Labelled(var labels) -> choose(place, cluster.pods(namespace, labels));
      case Place.Pods.OfDeployment(var name) ->
          workload(cluster, place, WorkloadKind.DEPLOYMENT, name);
      case Place.Pods.OfStatefulSet(var name) ->
          workload(cluster, place, WorkloadKind.STATEFULSET, name);
    };
  }

  private static Look workload(Cluster cluster, Place.InPod place, WorkloadKind kind, String name) {
    var workload = cluster.workload(kind, place.namespace(), name);
    var title = kind == WorkloadKind.DEPLOYMENT ? "deployment" : "stateful set";
    if (workload.isEmpty())
      return new Look.Not(
          "There is no " + title + " `" + name + "` in namespace `" + place.namespace() + "`.",
          "",
          true);
    if (workload.get().replicas() == 0)
      return new Look.Not(
          "The " + title + " `" + name + "` is scaled to 0, so that no pod runs.", "", true);
    return choose(place, cluster.pods(place.namespace(), workload.get().selector()));
  }

  private static Look choose(Place.InPod place, List<Cluster.Pod> pods) {
    var running =
        pods.stream()
            .filter(
                p -> !p.deleting() && !p.phase().equals("Succeeded") && !p.phase().equals("Failed"))
            .filter(p -> container(place, p).filter(c -> c.state().equals("running")).isPresent())
            .toList();
    if (running.size() == 1) {
      var pod = running.getFirst();
      var container = container(place, pod).orElseThrow();
      var target = new Cluster.Target(pod.namespace(), pod.name(), container.name());
      return new Look.One(new Found(target, pod, container));
    }
    var saw = pods.stream().map(p -> describe(place, p)).collect(Collectors.joining("\n"));
    var absent =
        place.container().isPresent()
            && pods.stream().anyMatch(p -> !p.deleting())
            && pods.stream().allMatch(p -> p.deleting() || container(place, p).isEmpty());
    return absent
        ? new Look.Not(
            "The pod of place `"
                + place.name()
                + "` has no container `"
                + place.container().get()
                + "`.",
            saw,
            true)
        : running.isEmpty()
            ? new Look.Not("No pod of place `" + place.name() + "` runs.", saw, false)
            : new Look.Not(
                running.size()
                    + " pods of place `"
                    + place.name()
                    + "` run, but it has to be exactly one.",
                saw,
                true);
  }

  private static Optional<Cluster.Container> container(Place.InPod place, Cluster.Pod pod) {
    return place
        .container()
        .map(pod::container)
        .orElseGet(() -> pod.containers().stream().findFirst());
  }

  private static String describe(Place.InPod place, Cluster.Pod pod) {
    var state =
        container(place, pod)
            .map(c -> ", container `" + c.name() + "`: " + c.state())
            .orElse(
                ", containers: "
                    + pod.containers().stream()
                        .map(Cluster.Container::name)
                        .collect(Collectors.joining(", ")));
    return "Pod `"
        + pod.name()
        + "`: "
        + (pod.deleting() ? "terminating" : pod.phase())
        + state
        + ".";
  }

  private static String command(Place.InPod place) {
    return "kubectl get pods -n " + place.namespace();
  }
}
