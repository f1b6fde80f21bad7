package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static runbook.action.Deadlines.until;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.client.OnCluster;
import runbook.world.Cluster;
import runbook.world.Failure;

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
    var contexts = new Contexts(folder).place("box");
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
                            "default",
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

  @Nested
  @OnCluster
  class OnTheCluster {
    private static Lab lab;

    @BeforeAll
    static void open() {
      lab = Lab.open("plan-logs-test");
      TestPods.start(lab, TestPods.restarts, TestPods.pg);
    }

    @AfterAll
    static void close() {
      lab.close();
    }

    private Contexts contexts() {
      return Contexts.in(lab, folder, TestPods.restarts, TestPods.pg);
    }

    private static String restarts() {
      return lab.kubectl.run(
          "get", "pod", "restarts", "-o", "jsonpath={.status.containerStatuses[0].restartCount}");
    }

    @Test
    void followsOverARestart() throws Exception {
      var contexts = contexts();
      assertThat(restarts()).isEqualTo("0");
      var done =
          CompletableFuture.supplyAsync(
              () -> logs("restarts", "^(up|down)$", 3, "", 3).run(contexts.context()));
      until("it is read", () -> contexts.output().contains("up"));
      lab.kubectl.sh("restarts", "touch /tmp/stop");
      assertThat(done.get(60, TimeUnit.SECONDS).matches()).containsExactly("up", "down", "up");
      assertThat(restarts()).isEqualTo("1");
    }

    @Test
    void countsAMessageThatComesTwice() {
      // once while it initializes itself (DOMAIN F7)
      assertThat(
              logs("pg", "database system is ready to accept connections", 2, "PANIC", 0)
                  .run(contexts().context())
                  .matches())
          .hasSize(2);
      // what it wrote long ago does not matter to a mere watch
      assertThat(logs("pg", "", 0, "ready to accept", 2).run(contexts().context()).matches())
          .isEmpty();
    }

    @Test
    void failsAtALineThatComesWhileItWatches() throws Exception {
      TestPods.awaitPostgres(lab);
      var contexts = contexts();
      var failure =
          CompletableFuture.supplyAsync(() ->
              catchThrowableOfType(
                  Failure.class,
                  () -> logs("pg", "", 0, "division by zero", 30).run(contexts.context())));
      Thread.sleep(1000);
      lab.kubectl.sh("pg", "psql -U postgres -h 127.0.0.1 -c 'select 1/0' || true");
      assertThat(failure.get(60, TimeUnit.SECONDS).detail().orElseThrow())
          .contains("division by zero");
    }
  }
}
