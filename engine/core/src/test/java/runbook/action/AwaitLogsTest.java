package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import runbook.world.Cluster;
import runbook.world.Failure;

@Timeout(180)
class AwaitLogsTest {
  @TempDir Path folder;

  static AwaitLogs logs(String in, String pattern, long count, String failOn, int watch) {
    return new AwaitLogs(
        in,
        Optional.of(pattern).filter(p -> !p.isEmpty()),
        Optional.of(count).filter(c -> c > 0),
        Optional.of(failOn).filter(p -> !p.isEmpty()).map(List::of),
        Optional.of(watch).filter(w -> w > 0).map(Duration::ofSeconds));
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> logs("local", "x", 1, "", 0))
        .hasMessageContaining("`local` has no log");
    assertThatThrownBy(() -> logs("box", "", 0, "", 0))
        .hasMessage("Give `pattern`, `watch` or both.");
    assertThatThrownBy(() -> logs("box", "(", 1, "", 0))
        .hasMessage("`(` in `pattern` is no regular expression: Unclosed group.");
  }

  /** A cluster of one pod whose log breaks off after each line that is `cut`, and starts over. */
  private Contexts breaking(List<String> lines) {
    var contexts = new Contexts(folder).place("box", "box");
    var start = Instant.parse("2026-11-23T12:00:00Z");
    var reads = new int[1];
    contexts.cluster =
        (Cluster)
            Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("pod")) {
                    var container =
                        new Cluster.Container("main", "i", "", "c1", 0, "running", true);
                    return Optional.of(
                        new Cluster.Pod(
                            TestPods.NAMESPACE,
                            "box",
                            "u",
                            "Running",
                            false,
                            Optional.empty(),
                            Optional.empty(),
                            start,
                            List.of(container),
                            List.of()));
                  }
                  var since = ((Optional<?>) arguments[1]).map(Instant.class::cast);
                  var reader = (Cluster.LogReader) arguments[4];
                  var upTo = Math.min(lines.size(), (++reads[0]) * 3);
                  for (int i = 0; i < upTo; i++) {
                    // four lines in each moment
                    var time = start.plusMillis(i / 4 * 400);
                    if (since.isPresent() && time.getEpochSecond() < since.get().getEpochSecond())
                      continue;
                    if (!reader.line(new Cluster.LogLine(time, lines.get(i)))) break;
                  }
                  return null;
                });
    return contexts;
  }

  @Test
  void readsEachLineOnceOverLostConnections() {
    var contexts =
        breaking(
            List.of(
                "a", "a", "ready", "a", "b", "b", "b", "b", "c", "ready", "ready", "end", "end",
                "end"));
    var done = logs("box", "ready|end", 6, "", 0).run(contexts.context());
    assertThat(done.matches()).containsExactly("ready", "ready", "ready", "end", "end", "end");
    assertThat(done.lines()).isEqualTo(14);
    contexts.limit = Duration.ofSeconds(2);
    var failure =
        catchThrowableOfType(
            Failure.class, () -> logs("box", "end", 4, "", 0).run(contexts.context()));
    assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
    assertThat(failure)
        .hasMessage(
            "Of 4 lines that `end` finds in the log of place `box`, 3 came within the step's time limit.");
    assertThat(failure.detail().orElseThrow()).endsWith("ready\nend\nend\nend");
  }

  @Test
  void failsAtALine() {
    var contexts = breaking(List.of("a", "FATAL: no", "ready"));
    var failure =
        catchThrowableOfType(
            Failure.class, () -> logs("box", "ready", 1, "FATAL", 0).run(contexts.context()));
    assertThat(failure.detail()).contains("FATAL: no");
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "PLAN_TEST_CLUSTER", matches = ".+")
  void followsOverARestart() throws Exception {
    TestPods.start();
    var contexts = Contexts.cluster(folder).place("restarts", "restarts").place("pg", "pg");
    var before =
        TestPods.kubectl(
            "get", "pod", "restarts", "-o", "jsonpath={.status.containerStatuses[0].restartCount}");
    var thread =
        Thread.ofVirtual()
            .start(() -> {
              var done = logs("restarts", "^(up|down)$", 3, "", 3).run(contexts.context());
              assertThat(done.matches()).containsExactly("up", "down", "up");
              contexts.said.add("passed");
            });
    Thread.sleep(1500);
    TestPods.kubectl("exec", "restarts", "--", "touch", "/tmp/stop");
    thread.join();
    assertThat(contexts.said).contains("passed");
    assertThat(
            TestPods.kubectl(
                "get",
                "pod",
                "restarts",
                "-o",
                "jsonpath={.status.containerStatuses[0].restartCount}"))
        .isNotEqualTo(before);
    // twice: once while it initializes itself (DOMAIN F7)
    assertThat(
            logs("pg", "database system is ready to accept connections", 2, "PANIC", 0)
                .run(contexts.context())
                .matches())
        .hasSize(2);
    // what it wrote long ago does not matter to a mere watch
    assertThat(logs("pg", "", 0, "ready to accept", 2).run(contexts.again().context()).matches())
        .isEmpty();
  }
}
