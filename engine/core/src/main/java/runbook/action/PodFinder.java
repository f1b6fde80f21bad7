package runbook.action;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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

  /**
   * The container whose log is the place's: the one that runs, or else that of the newest pod,
   * which may have ended or be about to start again.
   */
  static Optional<Found> logged(ActionContext context, Place.InPod place) {
    var running = now(context, place);
    if (running.isPresent()) return running;
    return pods(context.world().cluster(), place).stream()
        .filter(p -> !p.deleting())
        .filter(p -> container(place, p).filter(c -> !c.containerId().isEmpty()).isPresent())
        .max(Comparator.comparing(Cluster.Pod::created))
        .map(p -> found(place, p));
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

  /** The same, and whether commands may be run there. */
  static List<Finding> findings(ActionContext context, Place.InPod place) {
    var all = new ArrayList<Finding>();
    all.add(finding(context, place));
    all.addAll(
        new Preflight(context)
            .may(place.namespace(), "list", "", "pods")
            .may(place.namespace(), "create", "", "pods/exec")
            .findings());
    return all;
  }

  private static Look look(Cluster cluster, Place.InPod place) {
    var kind =
        switch (place.pods()) {
          case Place.Pods.OfDeployment(var name) -> Map.entry("deployment", name);
          case Place.Pods.OfStatefulSet(var name) -> Map.entry("stateful set", name);
          case Place.Pods.OfJob _, Place.Pods.Named _, Place.Pods.Labelled _ -> Map.entry("", "");
        };
    var workload = workload(cluster, place);
    if (!kind.getKey().isEmpty() && workload.isEmpty())
      return new Look.Not(
          "There is no %s `%s` in namespace `%s`."
              .formatted(kind.getKey(), kind.getValue(), place.namespace()),
          "",
          true);
    if (workload.filter(w -> w.replicas() == 0).isPresent())
      return new Look.Not(
          "The %s `%s` is scaled to 0, so that no pod runs."
              .formatted(kind.getKey(), kind.getValue()),
          "",
          true);
    return choose(place, pods(cluster, place));
  }

  private static Optional<Cluster.Workload> workload(Cluster cluster, Place.InPod place) {
    return switch (place.pods()) {
      case Place.Pods.OfDeployment(var name) ->
          cluster.workload(WorkloadKind.DEPLOYMENT, place.namespace(), name);
      case Place.Pods.OfStatefulSet(var name) ->
          cluster.workload(WorkloadKind.STATEFULSET, place.namespace(), name);
      case Place.Pods.OfJob _, Place.Pods.Named _, Place.Pods.Labelled _ -> Optional.empty();
    };
  }

  private static List<Cluster.Pod> pods(Cluster cluster, Place.InPod place) {
    var namespace = place.namespace();
    return switch (place.pods()) {
      case Place.Pods.Named(var pod) -> cluster.pod(namespace, pod).stream().toList();
      case Place.Pods.OfJob(var job) -> cluster.pods(namespace, Map.of("job-name", job));
      case Place.Pods.Labelled(var labels) -> cluster.pods(namespace, labels);
      case Place.Pods.OfDeployment _, Place.Pods.OfStatefulSet _ ->
          workload(cluster, place)
              .map(w -> cluster.pods(namespace, w.selector()))
              .orElse(List.of());
    };
  }

  private static Look choose(Place.InPod place, List<Cluster.Pod> pods) {
    var running =
        pods.stream()
            .filter(p -> !ended(p))
            .filter(p -> container(place, p).filter(c -> c.state().equals("running")).isPresent())
            .toList();
    if (running.size() == 1) {
      return new Look.One(found(place, running.getFirst()));
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
            ? new Look.Not("No pod of place `" + place.name() + "` runs.", saw, over(place, pods))
            : new Look.Not(
                running.size()
                    + " pods of place `"
                    + place.name()
                    + "` run, but it has to be exactly one.",
                saw,
                true);
  }

  /** Whether waiting is vain: nobody makes a pod of that name again, nor runs a job twice. */
  private static boolean over(Place.InPod place, List<Cluster.Pod> pods) {
    return switch (place.pods()) {
      case Place.Pods.Named _ -> pods.stream().allMatch(p -> !p.deleting() && ended(p));
      case Place.Pods.OfJob _ -> pods.stream().anyMatch(p -> p.phase().equals("Succeeded"));
      case Place.Pods.OfDeployment _, Place.Pods.OfStatefulSet _, Place.Pods.Labelled _ -> false;
    };
  }

  private static boolean ended(Cluster.Pod pod) {
    return pod.deleting() || pod.phase().equals("Succeeded") || pod.phase().equals("Failed");
  }

  private static Found found(Place.InPod place, Cluster.Pod pod) {
    var container = container(place, pod).orElseThrow();
    return new Found(
        new Cluster.Target(pod.namespace(), pod.name(), container.name()), pod, container);
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
