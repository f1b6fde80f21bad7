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
  private final Consumer<News> tell;
  private final Stopping stopping;
  private final Pulling pulling;
  private final Probing probing;

  Containers(NodeParts node, Path folder, Consumer<News> tell) {
    this.node = node;
    this.folder = folder;
    this.tell = tell;
    this.stopping = new Stopping(node);
    this.pulling = new Pulling(node);
    this.probing = new Probing(node, tell);
  }

  private void event(JsonNode pod, Run run, String type, String reason, String message) {
    node.events().record(pod, type, reason, message, run.field());
  }

  /** Starts it, or says why it waits and until when. */
  void start(JsonNode pod, Run run, Launcher launcher, Pod network) throws IOException {
    Optional<Image> image = pulling.pull(pod, run);
    if (image.isEmpty()) {
      return;
    }
    Path message = Files.createDirectories(place(run)).resolve("message-" + run.starts);
    ContainerSpec spec;
    try {
      spec = launcher.spec(run, image.get(), message);
    } catch (Fault e) {
      run.waitFor(e.reason(), e.getMessage());
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
                  tell.accept(new News.Ended(run, start, status));
                }));
    stopping.postStart(run.spec, box);
    probing.begin(run, box);
  }

  private static void awaitEnd(ContainerLog log) {
    try {
      log.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes in what a probe found; a container that failed it for too long is stopped. */
  void answered(JsonNode pod, Run run, Probe probe, Probe.Answer answer) {
    if (run.stopping || !run.current.orElseThrow().box().isAlive()) {
      return;
    }
    if (probing.failed(pod, run, probe, answer)) {
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
      run.waitFor(
          "CrashLoopBackOff",
          "back-off %s restarting failed %s".formatted(goDuration(delay), words));
    }
    tell.accept(new News.Tick());
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
