package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static runbook.action.Deadlines.until;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.action.Deadlines.Beside;
import runbook.client.OnCluster;
import runbook.type.Word;
import runbook.world.Failure;

/** Commands in real containers: one of busybox, one of a PostgreSQL that is process 1. */
@OnCluster
class ExecClusterTest {
  @TempDir Path folder;
  Contexts contexts;

  private static Lab lab;

  @BeforeAll
  static void open() {
    lab = Lab.open("plan-exec-test");
    TestPods.start(lab, TestPods.values());
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  @BeforeEach
  void context() {
    contexts = fresh();
  }

  Contexts fresh() {
    return Contexts.in(lab, folder, TestPods.values());
  }

  static Exec script(String in, String text) {
    return ExecTest.exec(Optional.of(in), text, Map.of(), List.of(), List.of());
  }

  Failure failure(Exec exec) {
    return catchThrowableOfType(Failure.class, () -> exec.run(contexts.context()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"box", "pg", "narrow"})
  void givesOutputAndExitCode(String place) {
    var done = script(place, "echo one; echo two >&2").run(contexts.context());
    assertThat(done.stdout()).isEqualTo("one");
    assertThat(done.stderr()).isEqualTo("two");
    var failure = failure(script(place, "echo why >&2; exit 3"));
    // the context remembers the first result, so that this one is another step's
    contexts = fresh();
    failure = failure(script(place, "echo why >&2; exit 3"));
    assertThat(failure).hasMessage("The script ended with exit code 3.");
    assertThat(failure.detail()).contains("why");
    assertThat(failure(script(place, "exit 4"))).hasMessageContaining("code 4");
    assertThat(
            script(
                    place,
                    "ls -d /tmp/.plan/"
                        + contexts.run
                        + "* /dev/shm/.plan/"
                        + contexts.run
                        + "* 2>/dev/null | wc -l")
                .run(contexts.context())
                .stdout()
                .strip())
        .isEqualTo("1");
  }

  @Test
  void valuesArriveExactlyAndAreNotLeftBehind() {
    var odd = "a 'b' \"c\" $HOME `id` \\ \n\n\ttab ü 𝄞 * ; &\n";
    var env = new LinkedHashMap<String, Word>();
    env.put("V", new Word(odd, true));
    env.put("M", new Word("hidden-" + System.nanoTime(), true));
    for (var place : List.of("box", "pg")) {
      contexts = fresh();
      var exec =
          ExecTest.exec(
              Optional.of(place),
              """
              printf '%s.' "$V"
              ls -a "${0%/*}" | sed "s/wrapper.*/wrapper/" >&2
              all=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\000' ' ')
              case $all in *"$M"*) echo seen ;; *) echo unseen ;; esac
              """,
              env,
              List.of(),
              List.of());
      var done = exec.run(contexts.context());
      assertThat(done.stdout()).isEqualTo(odd + ".unseen");
      assertThat(done.stderr().lines())
          .containsExactlyInAnyOrder(".", "..", "cmd", "out", "err", "pid", "wrapper");
    }
  }

  @Test
  void tellsOfTheEndSoon() {
    script("box", "true").run(contexts.context());
    for (var seconds : List.of(0, 1, 6)) {
      contexts = fresh();
      var begun = Instant.now();
      var done = script("box", "sleep " + seconds).run(contexts.context());
      // on an idle machine a third of a second
      assertThat(Duration.between(begun, Instant.now()))
          .isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 4));
      assertThat(done.took())
          .isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 4));
    }
  }

  @Test
  void muchOutputArrivesWhole() {
    var done =
        script(
                "box",
                "dd if=/dev/zero bs=1M count=20 2>/dev/null | tr '\\000' x; echo; echo end >&2; sleep 1; echo last")
            .run(contexts.context());
    assertThat(done.stdout()).endsWith("x\nlast");
    assertThat(contexts.output.size()).isEqualTo((20 << 20) + 1 + 5 + 4);
  }

  @Test
  void isFoundAgainAfterACrashAndHappensOnce() throws Exception {
    var exec =
        script(
            "box",
            "echo begin; echo x >>/tmp/" + contexts.run + "; sleep 3; wc -l </tmp/" + contexts.run);
    var thread = Beside.start(() -> failure(exec));
    until("it begins", () -> contexts.output().contains("begin"));
    thread.interrupt();
    thread.join();
    var later = contexts.again();
    assertThat(exec.recover(later.context())).isInstanceOf(Recovery.Attach.class);
    assertThat(exec.run(later.context()).stdout()).isEqualTo("begin\n1");
    assertThat(exec.recover(later.again().context())).isInstanceOf(Recovery.Done.class);
  }

  @Test
  void endedWhileNobodyLooked() throws Exception {
    var exec = script("box", "echo begin; sleep 1; echo end");
    var thread = Beside.start(() -> failure(exec));
    until("it begins", () -> contexts.output().contains("begin"));
    thread.interrupt();
    thread.join();
    Thread.sleep(2000);
    assertThat(exec.recover(contexts.again().context()))
        .isInstanceOfSatisfying(
            Recovery.Done.class,
            d -> {
              assertThat(((Exec.Done) d.result()).stdout()).isEqualTo("begin\nend");
              assertThat(((Exec.Done) d.result()).took())
                  .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
            });
  }

  @Test
  void postgresAsProcessOneDoesNotMind() {
    TestPods.awaitPostgres(lab);
    var psql = "psql -X -U postgres -h 127.0.0.1 -v ON_ERROR_STOP=1 ";
    assertThat(
            failure(
                script(
                    "pg",
                    psql
                        + "-c 'select 1/0' -f /dev/null <<X\nselect 1/0;\nX\n"
                        + psql
                        + "<<X\nselect 1/0;\nX\n")))
        .hasMessageContaining("exit code 3");
    for (var text :
        List.of(
            psql + "-c 'select pg_sleep(100)'; echo on",
            "exec " + psql + "-c 'select pg_sleep(100)'",
            "("
                + psql
                + "-c 'select pg_sleep(100)'; sleep 88) & "
                + psql
                + "-c 'select pg_sleep(99)' | cat; wait",
            psql + "-c 'select pg_sleep(100)' & wait")) {
      contexts = fresh();
      contexts.limit = Duration.ofSeconds(2);
      var failure = failure(script("pg", text));
      assertThat(failure).hasMessageContaining("was cancelled");
    }
    var log = lab.kubectl.run("logs", "pg");
    assertThat(log)
        .contains("division by zero")
        .doesNotContain(
            "terminating any other active server processes",
            "was terminated by signal",
            "exited with exit code 2",
            "exited with exit code 3");
    contexts = fresh();
    assertThat(
            script(
                    "pg",
                    "for f in /proc/[0-9]*/cmdline; do tr '\\000' ' ' <$f; echo; done 2>/dev/null | grep -c 'pg_slee[p]' || true")
                .run(contexts.context())
                .stdout())
        .isEqualTo("0");
  }

  @Test
  void restartedContainerIsLost() throws Exception {
    var exec = script("restarts", "echo begin; sleep 100");
    var thread =
        Beside.start(() -> {
          var failure = failure(exec);
          assertThat(failure.kind()).isEqualTo(Failure.Kind.FAILED);
          assertThat(failure)
              .hasMessage(
                  "The container `main` of pod `restarts` restarted. So nobody knows how far the command got.");
        });
    until("it begins", () -> contexts.output().contains("begin"));
    lab.kubectl.sh("restarts", "touch /tmp/stop");
    thread.join();
    assertThat(exec.recover(contexts.again().context())).isInstanceOf(Recovery.Ask.class);
    // whoever answers "again" gets a new attempt
    assertThat(script("restarts", "echo again").run(contexts.again().context()).stdout())
        .isEqualTo("again");
  }
}
