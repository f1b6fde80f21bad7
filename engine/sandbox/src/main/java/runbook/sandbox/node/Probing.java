package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Consumer;
import runbook.sandbox.box.Container;

/** Asks containers how they are, and counts the answers. */
record Probing(NodeParts node, Consumer<News> tell) {
  private static final Duration SHORTEST = Duration.ofMillis(50);

  /** From its start on: first whether it has started up, where it is asked that. */
  void begin(Run run, Container box) {
    var startup = Probe.of(Probe.Kind.STARTUP, run.spec);
    if (startup.isPresent()) {
      ask(run, box, startup.get(), run.starts);
    } else {
      up(run, box);
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
              tell.accept(new News.Answered(run, start, probe, answer));
              if (probe.kind() == Probe.Kind.STARTUP && answer.good()) {
                return;
              }
              // however fast time runs, a container has to get its turn
              Thread.sleep(SHORTEST);
              node.clock().sleep(probe.period().minus(SHORTEST));
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Counts an answer; whether the container failed so often that it has to be started again. */
  boolean failed(JsonNode pod, Run run, Probe probe, Probe.Answer answer) {
    int streak = run.streaks.getOrDefault(probe.kind(), 0);
    streak = answer.good() ? Math.max(0, streak) + 1 : Math.min(0, streak) - 1;
    run.streaks.put(probe.kind(), streak);
    if (!answer.good()) {
      String words = probe.kind().word + " probe failed: " + answer.words();
      node.events().record(pod, "Warning", "Unhealthy", words, run.field());
    }
    boolean good = streak >= probe.successes();
    boolean bad = -streak >= probe.failures();
    switch (probe.kind()) {
      case STARTUP -> {
        if (good && !run.started) {
          up(run, run.current.orElseThrow().box());
        }
      }
      case READINESS -> run.ready = run.ready ? !bad : good;
      case LIVENESS -> {}
    }
    return bad && probe.kind() != Probe.Kind.READINESS;
  }
}
