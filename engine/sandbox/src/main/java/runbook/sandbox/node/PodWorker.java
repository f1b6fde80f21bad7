package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import runbook.sandbox.box.Pod;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;

/**
 * Runs one pod from its first volume to its end. One thread takes news in their order; after each
 * it looks at what the pod is and does what it needs next, which may be nothing.
 */
final class PodWorker {
  private static final Duration RESYNC = Duration.ofSeconds(20);
  private static final Duration VOLUME_RETRY = Duration.ofMillis(200);
  private static final Duration FAULT_RETRY = Duration.ofSeconds(2);

  private final NodeParts node;
  private final LinkedBlockingQueue<News> inbox = new LinkedBlockingQueue<>();
  private final Ground ground;
  private final Containers containers;
  private final List<Run> init;
  private final List<Run> main;
  private final Instant since;
  private volatile ObjectNode pod;
  private boolean gone;
  private boolean stopped;
  private String lastFault = "";
  private long stopGrace = Long.MAX_VALUE;

  PodWorker(NodeParts node, ObjectNode pod) {
    this.node = node;
    this.pod = pod;
    this.since = node.clock().instant();
    this.ground = new Ground(node, Json.text(pod, "metadata.uid"));
    boolean waits = Json.items(pod, "spec.initContainers").findAny().isPresent();
    this.init =
        Json.items(pod, "spec.initContainers")
            .map(c -> new Run(c, true, "PodInitializing"))
            .toList();
    this.main =
        Json.items(pod, "spec.containers")
            .map(c -> new Run(c, false, waits ? "PodInitializing" : "ContainerCreating"))
            .toList();
    this.containers = new Containers(node, ground.folder(), this::tell);
  }

  void tell(News news) {
    inbox.add(news);
  }

  private void later(Duration delay) {
    node.later(delay, () -> tell(new News.Tick()));
  }

  private void resyncLater() {
    node.later(RESYNC, () -> tell(new News.Resync()));
  }

  /** The worker's thread. */
  void run() {
    resyncLater();
    try {
      do {
        News news = inbox.take();
        node.power().await();
        try {
          take(news);
          sync();
          if (!node.power().isOn()) {
            // it went off while a container was started
            kill(Optional.empty());
          }
        } catch (IOException e) {
          problem("FailedSync", String.valueOf(e.getMessage()));
          later(FAULT_RETRY);
        } catch (RuntimeException e) {
          // a defect of ours, which has to be seen; other pods go on, and so does this one
          e.printStackTrace();
          later(FAULT_RETRY);
        }
      } while (!stopped);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(News news) throws IOException {
    switch (news) {
      case News.Changed(ObjectNode now) -> pod = now;
      case News.Gone() -> gone = true;
      case News.Ended(Run run, int start, int status) -> {
        if (run.starts == start) {
          containers.ended(pod, run, status);
        }
      }
      case News.Answered(Run run, int start, Probe probe, Probe.Answer answer) -> {
        if (run.starts == start && run.current.isPresent()) {
          containers.answered(pod, run, probe, answer);
        }
      }
      case News.Renamed() -> ground.rename(pod);
      case News.Due(Run run) -> run.timer = false;
      case News.Tick() -> {}
      case News.Resync() -> {
        ground.refresh(pod);
        resyncLater();
      }
      case News.Stop() -> stopped = true;
    }
  }

  private Stream<Run> all() {
    return Stream.concat(init.stream(), main.stream());
  }

  private boolean isQuiet() {
    return all().allMatch(r -> r.current.isEmpty());
  }

  private void sync() throws IOException {
    if (stopped) {
      return;
    }
    boolean terminating = pod.path("metadata").has("deletionTimestamp");
    if (gone || terminating) {
      stop();
    } else if (!isOver() && setUp()) {
      advance();
    }
    if (!gone) {
      publish();
    }
    if (isQuiet() && (gone || terminating)) {
      end();
    } else if (isQuiet() && isOver()) {
      ground.giveBack();
    }
  }

  /** Ends all containers: within the grace period that is left, or as good as at once. */
  private void stop() {
    long grace = gone ? 1 : Json.number(pod, "metadata.deletionGracePeriodSeconds").orElse(30L);
    if (grace < stopGrace) {
      stopGrace = grace;
      all()
          .filter(r -> r.current.isPresent())
          .forEach(r ->
              containers.stop(pod, r, Duration.ofSeconds(grace), "Stopping container " + r.name));
    }
  }

  /** Whether volumes and network are there, which are made where they are not. */
  private boolean setUp() throws IOException {
    try {
      ground.lay(pod);
      return true;
    } catch (Fault e) {
      if (e.reason().equals("Waiting")) {
        later(VOLUME_RETRY);
      } else {
        problem(e.reason(), e.getMessage());
        later(FAULT_RETRY);
      }
      return false;
    }
  }

  private void problem(String reason, String message) {
    if (!lastFault.equals(message)) {
      lastFault = message;
      node.events().warning(pod, reason, message);
    }
  }

  /** Starts what is to run now: init containers one after the other, then all the others. */
  private void advance() throws IOException {
    for (Run run : init) {
      if (run.succeeded() && !run.sidecar) {
        continue;
      }
      step(run);
      if (run.sidecar ? !run.started : !run.succeeded()) {
        return;
      }
    }
    for (Run run : main) {
      if (run.waiting.reason().equals("PodInitializing")) {
        run.waiting = new Run.Waiting("ContainerCreating", "");
      }
      step(run);
    }
  }

  private void step(Run run) throws IOException {
    boolean wanted = run.current.isEmpty() && (run.terminated.isEmpty() || restarts(run));
    if (wanted && run.notBefore.filter(d -> !d.isOver()).isPresent()) {
      if (!run.timer) {
        run.timer = true;
        node.later(run.notBefore.get().left(), () -> tell(new News.Due(run)));
      }
    } else if (wanted) {
      containers.start(pod, run, ground.launcher(pod), ground.network().orElseThrow());
    }
  }

  private boolean restarts(Run run) {
    return containers.restarts(pod, run);
  }

  private boolean isOver() {
    return !phase().equals("Pending") && !phase().equals("Running");
  }

  private String phase() {
    return Phase.of(init, main, this::restarts);
  }

  private void publish() {
    boolean ended = pod.path("metadata").has("deletionTimestamp") && isQuiet();
    String phase =
        !ended ? phase() : main.stream().allMatch(Run::succeeded) ? "Succeeded" : "Failed";
    var view =
        new Statuses.View(
            init,
            main,
            phase,
            ground.address(),
            node.world().gateway(),
            since,
            ground.network().isPresent());
    Statuses.publish(node, pod, view);
  }

  /** Takes away what is left, and then the pod's entry, which waited for that. */
  private void end() throws IOException {
    ground.remove();
    stopped = true;
    node.forget(Json.text(pod, "metadata.uid"));
    if (!gone) {
      try {
        node.store()
            .delete(
                Resources.PODS,
                Json.text(pod, "metadata.namespace"),
                Json.text(pod, "metadata.name"),
                Deletion.now(Json.text(pod, "metadata.uid")));
      } catch (StatusException e) {
        // somebody else was faster
      }
    }
  }

  /** Kills the first process of a container, or of all; says how many there were. */
  int kill(Optional<String> container) throws IOException {
    int killed = 0;
    for (Run run : runs()) {
      Optional<Run.Current> current = run.current;
      if (current.isPresent() && container.filter(c -> !c.equals(run.name)).isEmpty()) {
        current.get().box().signal("KILL");
        killed++;
      }
    }
    return killed;
  }

  boolean isOf(String namespace, String name) {
    return Json.text(pod, "metadata.name").equals(name)
        && Json.text(pod, "metadata.namespace").equals(namespace);
  }

  JsonNode pod() {
    return pod;
  }

  List<Run> runs() {
    return all().toList();
  }

  Optional<Pod> network() {
    return ground.network();
  }
}
