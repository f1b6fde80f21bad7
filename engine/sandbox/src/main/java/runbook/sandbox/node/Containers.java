package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import runbook.sandbox.box.BoxException;
import runbook.sandbox.box.Container;
import runbook.sandbox.box.ContainerSpec;
import runbook.sandbox.box.Pod;
import runbook.sandbox.image.Image;
import runbook.sandbox.image.ImageException;
import runbook.sandbox.image.Images;
import runbook.sandbox.json.Json;

/** Starts, watches and stops the containers of one pod, on its worker's behalf. */
final class Containers {
  private static final Duration CONFIG_RETRY = Duration.ofSeconds(5);
  private static final long BIGGEST_LOG = 10L << 20;
  private static final int LAST_WORDS = 4096;
  private static final String START_FAILED =
      "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc"
          + " create failed: unable to start container process: %s: unknown";

  private final NodeParts node;
  private final Path folder;
  private final Consumer<PodWorker.News> tell;
  private final Stopping stopping;

  Containers(NodeParts node, Path folder, Consumer<PodWorker.News> tell) {
    this.node = node;
    this.folder = folder;
    this.tell = tell;
    this.stopping = new Stopping(node);
  }

  private void event(JsonNode pod, Run run, String type, String reason, String message) {
    node.events().tell(pod, type, run.field(), reason, message);
  }

  /** Starts it, or says why it waits and until when. */
  void start(JsonNode pod, Run run, Launcher launcher, Pod network) throws IOException {
    Optional<Image> image = pull(pod, run);
    if (image.isEmpty()) {
      return;
    }
    Path message = Files.createDirectories(place(run)).resolve("message-" + run.starts);
    ContainerSpec spec;
    try {
      spec = launcher.spec(run, image.get(), message);
    } catch (Fault e) {
      wait(run, e.reason(), e.getMessage());
      run.notBefore = Optional.of(node.clock().deadline(CONFIG_RETRY));
      event(pod, run, "Warning", "Failed", "Error: " + e.getMessage());
      return;
    }
    boolean again = run.starts > 0;
    run.starts++;
    run.stopping = false;
    run.started = false;
    run.ready = false;
    run.streaks.clear();
    if (again) {
      run.before = run.terminated.or(() -> run.before);
    }
    run.terminated = Optional.empty();
    run.image = Images.fullName(Json.text(run.spec, "image"));
    run.imageId = run.image.replaceFirst(":[^:/]*$", "") + "@sha256:" + sha256(run.image);
    event(pod, run, "Normal", "Created", "Container created");
    try {
      begin(pod, run, network.start(spec), image.get());
    } catch (BoxException e) {
      notStarted(pod, run, START_FAILED.formatted(e.getMessage()));
    }
  }

  private Path place(Run run) {
    return folder.resolve("containers").resolve(run.name);
  }

  private static void wait(Run run, String reason, String message) {
    run.waiting = new Run.Waiting(reason, message);
    if (run.terminated.isPresent()) {
      run.before = run.terminated;
      run.terminated = Optional.empty();
    }
  }

  /** The image; or nothing, when it cannot be had now. */
  private Optional<Image> pull(JsonNode pod, Run run) throws IOException {
    String name = Json.text(run.spec, "image");
    boolean always = Json.text(run.spec, "imagePullPolicy").equals("Always");
    Instant begun = node.clock().instant();
    try {
      Image image = node.images().find(name);
      if (node.hasPulled(name) && !always) {
        event(
            pod,
            run,
            "Normal",
            "Pulled",
            "Container image \"%s\" already present on machine and can be accessed by the pod"
                .formatted(name));
      } else {
        long took = Duration.between(begun, node.clock().instant()).toMillis();
        event(pod, run, "Normal", "Pulling", "Pulling image \"%s\"".formatted(name));
        event(
            pod,
            run,
            "Normal",
            "Pulled",
            "Successfully pulled image \"%s\" in %dms (%dms including waiting). Image size: 0 bytes."
                .formatted(name, took, took));
      }
      run.pulled = true;
      return Optional.of(image);
    } catch (ImageException e) {
      notPulled(pod, run, name, e.getMessage());
      return Optional.empty();
    }
  }

  private void notPulled(JsonNode pod, Run run, String name, String words) {
    String reason = "rpc error: code = NotFound desc = " + words;
    if (words.startsWith("couldn't parse")) {
      wait(
          run,
          "InvalidImageName",
          "Failed to apply default image tag \"%s\": %s".formatted(name, words));
      event(pod, run, "Warning", "InspectFailed", run.waiting.message());
      event(pod, run, "Warning", "Failed", "Error: InvalidImageName");
      run.notBefore = Optional.of(node.clock().deadline(CONFIG_RETRY));
      return;
    }
    event(pod, run, "Normal", "Pulling", "Pulling image \"%s\"".formatted(name));
    event(pod, run, "Warning", "Failed", "Failed to pull image \"%s\": %s".formatted(name, reason));
    event(pod, run, "Warning", "Failed", "Error: ErrImagePull");
    event(pod, run, "Normal", "BackOff", "Back-off pulling image \"%s\"".formatted(name));
    event(pod, run, "Warning", "Failed", "Error: ImagePullBackOff");
    // a kubelet says first ErrImagePull, and soon after that it backs off
    boolean first =
        !run.waiting.reason().endsWith("ImagePull") && !run.waiting.reason().endsWith("BackOff");
    wait(
        run,
        first ? "ErrImagePull" : "ImagePullBackOff",
        first ? reason : "Back-off pulling image \"%s\": ErrImagePull: %s".formatted(name, reason));
    if (first) {
      run.notBefore = Optional.of(node.clock().deadline(Duration.ofSeconds(1)));
    } else {
      run.pullBackOff(node.clock());
    }
  }

  private void begin(JsonNode pod, Run run, Container box, Image image) throws IOException {
    var log =
        new ContainerLog(place(run).resolve((run.starts - 1) + ".log"), node.clock(), BIGGEST_LOG);
    log.take(box.stdout(), box.stderr());
    run.previousLog = run.log;
    run.log = Optional.of(log);
    run.current = Optional.of(new Run.Current(box, Run.newId(), node.clock().instant(), image));
    event(pod, run, "Normal", "Started", "Container started");
    int start = run.starts;
    box.exit()
        .thenAccept(status ->
            Thread.ofVirtual()
                .start(() -> {
                  awaitEnd(log);
                  tell.accept(new PodWorker.News.Ended(run, start, status));
                }));
    stopping.postStart(run.spec, box);
    var startup = Probe.of(Probe.Kind.STARTUP, run.spec);
    if (startup.isPresent()) {
      ask(run, box, startup.get(), start);
    } else {
      up(run, box);
    }
  }

  private static void awaitEnd(ContainerLog log) {
    try {
      log.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** It has started up: now it is asked whether it lives and is ready. */
  private void up(Run run, Container box) {
    run.started = true;
    int start = run.starts;
    Probe.of(Probe.Kind.LIVENESS, run.spec).ifPresent(p -> ask(run, box, p, start));
    var readiness = Probe.of(Probe.Kind.READINESS, run.spec);
    run.ready = readiness.isEmpty();
    readiness.ifPresent(p -> ask(run, box, p, start));
  }

  private void ask(Run run, Container box, Probe probe, int start) {
    Thread.ofVirtual()
        .name(probe.kind() + " " + run.name)
        .start(() -> {
          try {
            node.clock().sleep(probe.delay());
            while (box.isAlive()) {
              Probe.Answer answer = probe.ask(box);
              tell.accept(new PodWorker.News.Answered(run, start, probe, answer));
              if (probe.kind() == Probe.Kind.STARTUP && answer.good()) {
                return;
              }
              node.clock().sleep(probe.period());
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  void answered(JsonNode pod, Run run, Probe probe, Probe.Answer answer) {
    Container box = run.current.orElseThrow().box();
    if (run.stopping || !box.isAlive()) {
      return;
    }
    int streak = run.streaks.getOrDefault(probe.kind(), 0);
    streak = answer.good() ? Math.max(0, streak) + 1 : Math.min(0, streak) - 1;
    run.streaks.put(probe.kind(), streak);
    if (!answer.good()) {
      event(
          pod, run, "Warning", "Unhealthy", probe.kind().word + " probe failed: " + answer.words());
    }
    boolean good = streak >= probe.successes();
    boolean bad = -streak >= probe.failures();
    switch (probe.kind()) {
      case STARTUP -> {
        if (good && !run.started) {
          up(run, box);
        }
      }
      case READINESS -> run.ready = run.ready ? !bad : good;
      case LIVENESS -> {}
    }
    if (bad && probe.kind() != Probe.Kind.READINESS) {
      String kind = probe.kind().word.toLowerCase(Locale.ROOT);
      long grace =
          Json.number(probe.spec(), "terminationGracePeriodSeconds")
              .or(() -> Json.number(pod, "spec.terminationGracePeriodSeconds"))
              .orElse(30L);
      stop(
          pod,
          run,
          Duration.ofSeconds(grace),
          "Container %s failed %s probe, will be restarted".formatted(run.name, kind));
    }
  }

  /** Asks it to end, and ends it when the time is over. */
  void stop(JsonNode pod, Run run, Duration grace, String words) {
    if (!run.stopping) {
      event(pod, run, "Normal", "Killing", words);
    }
    run.stopping = true;
    run.current.ifPresent(c -> stopping.stop(run.spec, c, grace));
  }

  void ended(JsonNode pod, Run run, int status) throws IOException {
    Run.Current current = run.current.orElseThrow();
    Instant now = node.clock().instant();
    current.box().close();
    run.current = Optional.empty();
    run.ready = false;
    run.started = false;
    ObjectNode state = Json.object();
    state.put("containerID", "containerd://" + current.id()).put("exitCode", status);
    state.put("finishedAt", Statuses.time(now));
    String message = lastWords(run, status);
    if (!message.isEmpty()) {
      state.put("message", message);
    }
    state.put("reason", status == 0 ? "Completed" : "Error");
    state.put("startedAt", Statuses.time(current.startedAt()));
    run.terminated = Optional.of(state);
    again(pod, run, current.startedAt());
  }

  private void notStarted(JsonNode pod, Run run, String words) {
    Instant now = node.clock().instant();
    ObjectNode state = Json.object();
    state.put("containerID", "containerd://" + Run.newId()).put("exitCode", 128);
    state.put("finishedAt", Statuses.time(now)).put("message", words).put("reason", "StartError");
    state.put("startedAt", "1970-01-01T00:00:00Z");
    run.terminated = Optional.of(state);
    event(pod, run, "Warning", "Failed", "Error: " + words);
    again(pod, run, now);
  }

  /** Puts the next start off, where there is to be one. */
  private void again(JsonNode pod, Run run, Instant startedAt) {
    if (!restarts(pod, run) || pod.path("metadata").has("deletionTimestamp")) {
      return;
    }
    Duration delay = run.backOff(startedAt, node.clock());
    if (delay.isPositive()) {
      String where =
          "container %s in pod %s_%s(%s)"
              .formatted(
                  run.name,
                  Json.text(pod, "metadata.name"),
                  Json.text(pod, "metadata.namespace"),
                  Json.text(pod, "metadata.uid"));
      event(pod, run, "Warning", "BackOff", "Back-off restarting failed " + where);
      String words = where.replace("container ", "container=").replace(" in pod ", " pod=");
      run.before = run.terminated;
      wait(
          run,
          "CrashLoopBackOff",
          "back-off %s restarting failed %s".formatted(goDuration(delay), words));
    }
    tell.accept(new PodWorker.News.Tick());
  }

  private static String goDuration(Duration delay) {
    return delay.toMinutes() == 0
        ? delay.toSeconds() + "s"
        : delay.toMinutes() + "m" + delay.toSecondsPart() + "s";
  }

  /** Whether it is to be started again after it ended as it did last. */
  boolean restarts(JsonNode pod, Run run) {
    String policy = Json.text(pod, "spec.restartPolicy");
    boolean good = run.succeeded();
    if (run.sidecar) {
      return true;
    }
    if (run.init) {
      return !good && !policy.equals("Never");
    }
    return policy.isEmpty() || policy.equals("Always") || policy.equals("OnFailure") && !good;
  }

  private String lastWords(Run run, int status) throws IOException {
    byte[] words = Files.readAllBytes(place(run).resolve("message-" + (run.starts - 1)));
    boolean fromLog =
        words.length == 0
            && status != 0
            && Json.text(run.spec, "terminationMessagePolicy").equals("FallbackToLogsOnError");
    if (fromLog && run.log.isPresent()) {
      try (var end = new LogReader(run.log.get(), Streams.lastLines(80))) {
        words = end.readAllBytes();
      }
    }
    int from = Math.max(0, words.length - LAST_WORDS);
    return new String(words, from, words.length - from, StandardCharsets.UTF_8);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
