package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static runbook.action.Deadlines.until;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.action.Deadlines.Beside;
import runbook.type.Word;
import runbook.world.Failure;

class ExecTest {
  @TempDir Path folder;
  Contexts contexts;

  @BeforeEach
  void context() {
    contexts = new Contexts(folder);
  }

  static Exec script(String text) {
    return exec(Optional.empty(), text, Map.of(), List.of(), List.of());
  }

  static Exec exec(
      Optional<String> in,
      String script,
      Map<String, Word> env,
      List<String> failOn,
      List<Exec.Allowance> allow) {
    return new Exec(
        in,
        Optional.empty(),
        Optional.of(script),
        Optional.empty(),
        Optional.empty(),
        Optional.of(env),
        failOn.isEmpty() ? Optional.empty() : Optional.of(failOn),
        allow.isEmpty() ? Optional.empty() : Optional.of(allow),
        Optional.empty());
  }

  static Exec command(String... words) {
    return new Exec(
        Optional.empty(),
        Optional.of(List.of(words)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  Failure failure(Exec exec) {
    return catchThrowableOfType(Failure.class, () -> exec.run(contexts.context()));
  }

  @Test
  void givesOutput() {
    var done = script("echo one; echo two >&2; pwd").run(contexts.context());
    assertThat(done.exitCode()).isZero();
    assertThat(done.stdout()).isEqualTo("one\n" + folder.resolve("files"));
    assertThat(done.stderr()).isEqualTo("two");
    assertThat(done.warnings()).isEmpty();
    assertThat(contexts.output()).contains("one\n", "two\n");
    // the run removes it once the end is journalled; it is what a resumed run would look at
    assertThat(contexts.scratch().resolve("1/rc")).exists();
  }

  @Test
  void failureHasTheCommandsOwnWords() {
    var failure = failure(script("echo much; echo that is why >&2; exit 3"));
    assertThat(failure).hasMessage("The script ended with exit code 3.");
    assertThat(failure.detail()).contains("that is why");
    assertThat(contexts.scratch()).doesNotExist();
    assertThat(failure(command("sh", "-c", "exit 2")))
        .hasMessage("The command `sh` ended with exit code 2.");
  }

  @Test
  void lineNumbersOfMessagesAreThoseOfTheScript() {
    assertThat(failure(script("true\nfi\n")).detail().orElseThrow()).containsPattern("2: |line 2");
  }

  @Test
  void wordsAndValuesArriveExactly() {
    var odd = "a 'b' \"c\" $HOME `id` \\ \n\n\ttab ü 𝄞 * ; &\n";
    var done = command("printf", "%s", odd).run(contexts.context());
    assertThat(done.stdout() + "\n").isEqualTo(odd);
    for (var value : List.of(odd, odd.replaceAll("[^\\x00-\\x7f]", ""))) {
      contexts = new Contexts(folder);
      var env = new LinkedHashMap<String, Word>();
      env.put("V", new Word(value, true));
      env.put("_2", new Word("", false));
      var exec =
          exec(
              Optional.empty(),
              "printf '%s|%s.' \"$V\" \"$_2\"; ls -a \"${0%/*}\" >&2",
              env,
              List.of(),
              List.of());
      var out = exec.run(contexts.context());
      assertThat(out.stdout()).isEqualTo(value + "|.");
      assertThat(out.stderr().lines())
          .containsExactlyInAnyOrder(".", "..", "cmd", "out", "err", "pid");
      Files.exists(folder);
    }
  }

  @Test
  void retryAfterAFailureReallyRunsAgain() throws Exception {
    var exec = script("echo x >>count; [ $(wc -l <count) -ge 3 ]");
    assertThat(failure(exec)).hasMessageContaining("exit code 1");
    assertThat(exec.recover(contexts.again().context())).isInstanceOf(Recovery.Repeat.class);
    assertThat(failure(exec)).hasMessageContaining("exit code 1");
    assertThat(exec.run(contexts.context()).exitCode()).isZero();
    assertThat(Files.readAllLines(folder.resolve("files/count"))).hasSize(3);
    // its result was noted: nothing runs again
    assertThat(exec.recover(contexts.again().context())).isInstanceOf(Recovery.Done.class);
    assertThat(exec.run(contexts.context()).exitCode()).isZero();
    assertThat(Files.readAllLines(folder.resolve("files/count"))).hasSize(3);
  }

  @Test
  void stopsWaitingAndIsFoundAgain() throws Exception {
    var exec = script("echo begin; echo x >>count; sleep 1; echo end");
    var thread =
        Beside.start(() -> assertThat(failure(exec).kind()).isEqualTo(Failure.Kind.STOPPED));
    until("it begins", () -> contexts.output().contains("begin"));
    thread.interrupt();
    thread.join();
    var later = contexts.again();
    assertThat(exec.recover(later.context())).isInstanceOf(Recovery.Attach.class);
    var done = exec.run(later.context());
    assertThat(done.stdout()).isEqualTo("begin\nend");
    assertThat(done.took()).isBetween(Duration.ofMillis(900), Duration.ofMillis(1500));
    assertThat(Files.readAllLines(folder.resolve("files/count"))).hasSize(1);
  }

  @Test
  void endedWhileNobodyLooked() throws Exception {
    var exec = script("sleep 0.3; echo x >>count; echo end; echo why >&2; exit ${code:-0}");
    var thread = Beside.start(() -> failure(exec));
    until("it begins", () -> Files.exists(contexts.scratch().resolve("1/pid")));
    thread.interrupt();
    thread.join();
    until("it has ended", () -> Files.exists(contexts.scratch().resolve("1/rc")));
    Thread.sleep(50);
    assertThat(exec.recover(contexts.again().context()))
        .isInstanceOfSatisfying(
            Recovery.Done.class,
            d -> assertThat(((Exec.Done) d.result()).stdout()).isEqualTo("end"));
    assertThat(Files.readAllLines(folder.resolve("files/count"))).hasSize(1);
  }

  @Test
  void killedWrapperIsLostAndAPersonIsAsked() throws Exception {
    var exec = script("sleep 5");
    var thread = Beside.start(() -> assertThat(failure(exec)).hasMessageContaining("nobody knows"));
    var pid = contexts.scratch().resolve("1/pid");
    until("it begins", () -> Files.exists(pid) && Files.size(pid) > 0);
    var wrapper =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).split("[ \n]")[0])).orElseThrow();
    // the wrapper first: it would note how the command ended
    var command = wrapper.descendants().toList();
    wrapper.destroyForcibly();
    command.forEach(ProcessHandle::destroyForcibly);
    thread.join();
    assertThat(exec.recover(contexts.again().context())).isInstanceOf(Recovery.Ask.class);
    assertThat(exec.recover(contexts.again().context())).isInstanceOf(Recovery.Ask.class);
  }

  @Test
  void timeLimitCancelsTheWholeCommand() throws Exception {
    contexts.limit = Duration.ofSeconds(1);
    var begun = Instant.now();
    var failure =
        failure(script("(sleep 47.11; echo on) & sleep 47.12 | cat; echo further >>count"));
    assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
    assertThat(failure).hasMessageContaining("was cancelled");
    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(6));
    assertThat(folder.resolve("files/count")).doesNotExist();
    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains("sleep 47.1")))
        .isEmpty();
    contexts.limit = Duration.ofMinutes(1);
    assertThat(
            Attempt.last(contexts.context().facts())
                .orElseThrow()
                .isOver(contexts.context().facts()))
        .isTrue();
  }

  @Test
  void allowancesAreExact() {
    var exec =
        exec(
            Optional.empty(),
            "echo 'ERROR: role exists' >&2; echo 'ERROR: database exists' >&2; printf 'ERROR: %s' \"$more\"",
            Map.of("more", new Word("role exists", false)),
            List.of("ERROR"),
            List.of(new Exec.Allowance("role", 2), new Exec.Allowance("database", 2)));
    assertThat(exec.run(contexts.context()).warnings())
        .containsExactly("The line allowed by `database` came once, not 2 times.");
    contexts = new Contexts(folder);
    var failure =
        failure(
            exec(
                Optional.empty(),
                "echo ERROR: role; echo ERROR: role; echo ERROR: other",
                Map.of(),
                List.of("^ERROR"),
                List.of(new Exec.Allowance("role", 1))));
    assertThat(failure)
        .hasMessage("The script wrote 2 lines that `failOn` finds and `allow` does not cover.");
    assertThat(failure.detail()).contains("ERROR: role\nERROR: other");
  }

  @Test
  void keepsTheEndOfMuchOutput() {
    var done =
        script("i=0; while [ $i -lt 20000 ]; do echo ü$i; i=$((i+1)); done")
            .run(contexts.context());
    assertThat(done.stdout()).endsWith("ü19998\nü19999").hasSizeBetween(50_000, 65_536);
    assertThat(contexts.output().lines().count()).isEqualTo(20_000);
  }

  @Test
  void scriptsMayOpenTheirOutputAnew() {
    var done =
        script("echo one >/dev/stdout; sleep 0.3; echo two >>/dev/stderr; echo three")
            .run(contexts.context());
    assertThat(done.stdout()).isEqualTo("one\nthree");
  }

  @Test
  void filesAndBash() throws Exception {
    Files.writeString(folder.resolve("x.sh"), "#!/bin/bash\na=(1 2 3); echo ${#a[@]}\n");
    var exec =
        new Exec(
            Optional.of("local"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Path.of("x.sh")),
            Optional.of(Shell.Kind.bash),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(List.of(0L, 1L)));
    assertThat(exec.run(contexts.context()).stdout()).isEqualTo("3");
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(
            () -> exec(Optional.empty(), "", Map.of("a-b", Word.of(1)), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("`a-b` cannot be the name of an environment variable.");
    assertThatThrownBy(() -> exec(Optional.empty(), "", Map.of(), List.of("x("), List.of()))
        .hasMessage("`x(` in `failOn` is no regular expression: Unclosed group.");
    assertThatThrownBy(ExecTest::command).hasMessage("`command` needs a program.");
  }
}
