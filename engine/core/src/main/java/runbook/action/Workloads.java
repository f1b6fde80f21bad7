package runbook.action;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import runbook.world.Cluster;
import runbook.world.Cluster.Container;
import runbook.world.Cluster.Pod;
import runbook.world.Cluster.Workload;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;

/** Waits for the pods of a deployment or stateful set to go, or to be ready. */
final class Workloads {
  /** States that seldom pass by themselves: the image or the configuration is wrong. */
  private static final Set<String> HOPELESS =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "CreateContainerConfigError");

  /** A registry's hiccup passes within this time. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActionContext context;
  private final Cluster cluster;
  private final Waiting waiting;
  private final boolean givesUp;
  private final Map<String, Instant> hopelessSince = new HashMap<>();

  /**
   * @param givesUp whether a pod whose image cannot be had is a failure before the time is up
   */
  Workloads(ActionContext context, boolean givesUp) {
    this.context = context;
    this.cluster = context.world().cluster();
    this.waiting = new Waiting(context);
    this.givesUp = givesUp;
  }

  static String title(WorkloadKind kind) {
    return switch (kind) {
      case DEPLOYMENT -> "deployment";
      case STATEFULSET -> "stateful set";
      case CRONJOB -> "cron job";
    };
  }

  /** Pods that may still work: what has failed or succeeded stays as a record, but does nothing. */
  static boolean lives(Pod pod) {
    return !pod.phase().equals("Succeeded") && !pod.phase().equals("Failed");
  }

  /** Waits until the workload has the replicas: all ready; or, for none, until no pod is left. */
  void await(WorkloadKind kind, String namespace, String name, long replicas) {
    if (kind == WorkloadKind.CRONJOB) return;
    waiting.untilTrue(
        () -> {
          var workload = find(kind, namespace, name);
          if (workload.replicas() != replicas) throw disturbed(workload, replicas);
          return settled(workload, Map.of());
        },
        () -> late(find(kind, namespace, name)));
  }

  /**
   * Waits until the workload's newest template is in effect, with as many replicas as it wants.
   *
   * @param images wanted, by container: pods with others are older ones, on their way out
   */
  void awaitRollout(WorkloadKind kind, String namespace, String name, Map<String, String> images) {
    waiting.untilTrue(
        () -> settled(find(kind, namespace, name), images),
        () -> late(find(kind, namespace, name)));
  }

  private boolean settled(Workload workload, Map<String, String> images) {
    var name = workload.name();
    long replicas = workload.replicas();
    var pods = podsOf(workload);
    if (replicas == 0) {
      if (workload.observed() && pods.isEmpty()) return true;
      waiting.say(name + ": waiting for " + count(pods.size(), "pod") + " to go" + named(pods));
      return false;
    }
    var staying = pods.stream().filter(p -> !p.deleting()).toList();
    if (workload.observed() && workload.ready() >= replicas && staying.size() <= replicas) {
      return true;
    }
    waiting.say(
        name
            + ": "
            + (workload.observed() ? workload.ready() : 0)
            + " of "
            + count(replicas, "pod")
            + " ready"
            + named(pods));
    if (givesUp) giveUpOn(staying, images);
    return false;
  }

  private Workload find(WorkloadKind kind, String namespace, String name) {
    return cluster
        .workload(kind, namespace, name)
        .orElseThrow(() ->
            Failure.failed(
                "The "
                    + title(kind)
                    + " `"
                    + name
                    + "` was deleted while the step waited for its pods."));
  }

  private List<Pod> podsOf(Workload workload) {
    // no labels would mean every pod of the namespace
    if (workload.selector().isEmpty()) {
      throw Failure.refused(
          "The "
              + title(workload.kind())
              + " `"
              + workload.name()
              + "` has no label by which its pods can be found.",
          "Give it a selector with `matchLabels`.");
    }
    return cluster.pods(workload.namespace(), workload.selector()).stream()
        // what has ended and is not being deleted, such as an evicted pod, would stay for ever
        .filter(p -> p.deleting() || lives(p))
        .toList();
  }

  private Failure disturbed(Workload workload, long replicas) {
    var scalers =
        cluster.autoscalers(workload.kind(), workload.namespace(), workload.name()).stream()
            .map(a -> "`" + a + "`")
            .collect(Collectors.joining(", "));
    return Failure.failed(
            "Somebody set the replicas of "
                + title(workload.kind())
                + " `"
                + workload.name()
                + "` to "
                + workload.replicas()
                + " while the step waited for "
                + replicas
                + ".")
        .withRemedy(
            scalers.isEmpty()
                ? "Stop what scales it (a deployment pipeline, GitOps, a colleague), then go on."
                : "The autoscaler " + scalers + " aims at it: remove it for the time of the run.");
  }

  /** A failure when a container's image or configuration has been wrong for too long. */
  void giveUpOn(List<Pod> pods, Map<String, String> images) {
    var now = context.world().clock().now();
    for (var pod : pods) {
      for (var c : pod.containers()) {
        var key = pod.uid() + "/" + c.name();
        if (!hopeless(c) || !isOf(c, images)) {
          hopelessSince.remove(key);
          continue;
        }
        var since = hopelessSince.computeIfAbsent(key, _ -> now);
        if (Duration.between(since, now).compareTo(PATIENCE) <= 0) continue;
        throw Failure.failed(
                "Container `"
                    + c.name()
                    + "` of pod `"
                    + pod.name()
                    + "` cannot start with the image `"
                    + c.image()
                    + "`.")
            .withDetail(trouble(cluster, pod))
            .withRemedy("Correct the image or what the container refers to, then go on.");
      }
    }
  }

  private static boolean isOf(Container c, Map<String, String> images) {
    var wanted = images.getOrDefault(c.name(), c.image());
    return c.image().equals(wanted) || c.image().endsWith("/" + wanted);
  }

  private static boolean hopeless(Container c) {
    return HOPELESS.stream().anyMatch(reason -> c.state().startsWith("waiting: " + reason));
  }

  private Failure late(Workload workload) {
    var namespace = workload.namespace();
    long replicas = workload.replicas();
    var pods = podsOf(workload);
    var what = title(workload.kind()) + " `" + workload.name() + "`";
    if (replicas == 0) {
      return Failure.timeout(
              "The time limit passed while "
                  + count(pods.size(), "pod")
                  + " of "
                  + what
                  + (pods.size() == 1 ? " was" : " were")
                  + " still there.")
          .withDetail(Waiting.lines(pods, p -> trouble(cluster, p)))
          .withRemedy(
              "See why with `kubectl -n "
                  + namespace
                  + " describe pod`; what ends late needs time.");
    }
    return Failure.timeout(
            "The time limit passed while "
                + what
                + " had "
                + workload.ready()
                + " of "
                + count(replicas, "pod")
                + " ready.")
        .withDetail(
            pods.isEmpty()
                ? "It has no pods. " + String.join("\n", events(workload))
                : Waiting.lines(
                    pods.stream().filter(p -> !ready(p)).toList(), p -> trouble(cluster, p)));
  }

  private List<String> events(Workload w) {
    var kind = w.kind() == WorkloadKind.DEPLOYMENT ? "Deployment" : "StatefulSet";
    return cluster.events(w.namespace(), kind, w.name());
  }

  static boolean ready(Pod pod) {
    return !pod.deleting()
        && pod.phase().equals("Running")
        && pod.containers().stream().allMatch(Container::ready);
  }

  /** What keeps a pod from starting, or from ending: its containers' states and its last events. */
  static String trouble(Cluster cluster, Pod pod) {
    var out = new StringBuilder("pod `" + pod.name() + "`: ").append(state(pod));
    for (var c : pod.containers()) {
      if (c.ready()) continue;
      out.append("; container `").append(c.name()).append("`: ").append(c.state());
      if (c.restarts() > 0) out.append(", ").append(count(c.restarts(), "restart"));
    }
    var events = cluster.events(pod.namespace(), "Pod", pod.name());
    for (var e : events.subList(Math.max(0, events.size() - 3), events.size())) {
      out.append("\n  ").append(e);
    }
    return out.toString();
  }

  private static String state(Pod pod) {
    return pod.deleting() ? "Terminating" : pod.phase();
  }

  private static String named(List<Pod> pods) {
    if (pods.isEmpty()) return "";
    return pods.stream()
        .map(p -> p.name() + ", " + brief(p))
        .collect(Collectors.joining("; ", " (", ")"));
  }

  private static String brief(Pod pod) {
    if (pod.deleting()) return "Terminating";
    Optional<String> waits =
        pod.containers().stream()
            .filter(c -> !c.ready() && !c.state().equals("running"))
            .map(c -> c.state().replaceFirst("^(waiting|terminated): ", "").replaceAll(":.*", ""))
            .findFirst();
    return waits.orElse(pod.phase());
  }

  static String count(long n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
