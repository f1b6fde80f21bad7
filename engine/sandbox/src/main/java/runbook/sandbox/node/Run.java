package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import runbook.sandbox.box.Container;
import runbook.sandbox.image.Image;
import runbook.sandbox.json.Json;
import runbook.sandbox.time.Deadline;
import runbook.sandbox.time.SandboxClock;

/**
 * One container of a pod through all its restarts. Only its pod's worker changes it; logs and
 * commands look at what is volatile.
 */
final class Run {
  /** Crashes further apart than this are no loop. */
  private static final Duration CALM = Duration.ofMinutes(10);

  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(10);
  private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

  /** A started container. */
  record Current(Container box, String id, Instant startedAt, Image image) {}

  /** Why there is no process. */
  record Waiting(String reason, String message) {}

  final JsonNode spec;
  final String name;
  final boolean init;

  /** A container that is started before others and stays beside them. */
  final boolean sidecar;

  volatile Optional<Current> current = Optional.empty();
  volatile Waiting waiting;
  volatile Optional<ObjectNode> terminated = Optional.empty();
  Optional<ObjectNode> before = Optional.empty();
  volatile Optional<ContainerLog> log = Optional.empty();
  volatile Optional<ContainerLog> previousLog = Optional.empty();
  String image;
  String imageId = "";
  int starts;
  boolean started;
  boolean ready;
  boolean stopping;
  boolean pulled;
  Optional<Deadline> notBefore = Optional.empty();
  boolean timer;
  final Map<Probe.Kind, Integer> streaks = new EnumMap<>(Probe.Kind.class);
  private int crashes;
  private int pulls;

  Run(JsonNode spec, boolean init, String initially) {
    this.spec = spec;
    this.name = Json.text(spec, "name");
    this.init = init;
    this.sidecar = init && Json.text(spec, "restartPolicy").equals("Always");
    this.waiting = new Waiting(initially, "");
    this.image = Json.text(spec, "image");
  }

  int restarts() {
    return Math.max(0, starts - 1);
  }

  /** The field of the pod that it is, as events name it. */
  String field() {
    return "spec.%s{%s}".formatted(init ? "initContainers" : "containers", name);
  }

  static String newId() {
    byte[] id = new byte[32];
    ThreadLocalRandom.current().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  boolean succeeded() {
    return current.isEmpty() && terminated.filter(t -> t.path("exitCode").asInt() == 0).isPresent();
  }

  boolean failed() {
    return current.isEmpty() && terminated.filter(t -> t.path("exitCode").asInt() != 0).isPresent();
  }

  /** Has no process for now; what it was before becomes its last state. */
  void waitFor(String reason, String message) {
    waiting = new Waiting(reason, message);
    if (terminated.isPresent()) {
      before = terminated;
      terminated = Optional.empty();
    }
  }

  /** Puts the next start off as long as its crashes ask for; the first restart is at once. */
  Duration backOff(Instant startedAt, SandboxClock clock) {
    if (startedAt.plus(CALM).isBefore(clock.instant())) {
      crashes = 0;
    }
    Duration delay = doubled(crashes++);
    notBefore = Optional.of(clock.deadline(delay));
    return delay;
  }

  /** Puts the next pull off; the first time after ten seconds already. */
  Duration pullBackOff(SandboxClock clock) {
    Duration delay = doubled(++pulls);
    notBefore = Optional.of(clock.deadline(delay));
    return delay;
  }

  private static Duration doubled(int times) {
    if (times == 0) {
      return Duration.ZERO;
    }
    Duration delay = FIRST_BACK_OFF.multipliedBy(1L << Math.min(times - 1, 10));
    return delay.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : delay;
  }
}
