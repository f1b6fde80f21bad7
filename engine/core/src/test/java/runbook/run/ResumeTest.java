package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that ended before its time goes on where it was: nothing twice, nothing skipped. */
final class ResumeTest {
  @TempDir Path folder;

  private static final String THREE =
      """
      - { id: a, exec: { script: "echo a >> log; echo 7" } }
      - { id: b, exec: { script: "test -e mended && echo b >> log" } }
      - { id: c, exec: { script: 'echo "c$of" >> log', env: { of: "${steps.a.stdout}" } } }
      """;

  @Test
  void after_a_failure_it_goes_on_with_the_step_that_failed() throws IOException {
    var play = Play.of(folder, THREE);
    assertThat(play.begin().outcome()).isEqualTo(Event.Outcome.FAILED);
    Files.createFile(play.folder().files().resolve("mended"));
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("a", "b", "c7");
    assertThat(play.course()).containsExactly("started b", "finished b", "started c", "finished c");
    assertThat(play.journal()).filteredOn(e -> e instanceof Event.Resumed).hasSize(1);
  }

  @Test
  void it_may_fail_again_as_often_as_it_likes() throws IOException {
    var play = Play.of(folder, THREE);
    play.begin();
    for (int i = 0; i < 3; i++) assertThat(play.resume().outcome()).isEqualTo(Event.Outcome.FAILED);
    Files.createFile(play.folder().files().resolve("mended"));
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("a", "b", "c7");
  }

  @Test
  void after_a_stop_at_a_checkpoint_it_asks_again() throws IOException {
    var play =
        Play.of(
                folder,
                """
                - { id: a, exec: { script: echo a >> log } }
                - { checkpoint: sure, ask: Go on? }
                - { id: b, exec: { script: echo b >> log } }
                """)
            .answering(false);
    play.begin();
    assertThat(play.resume().outcome()).isEqualTo(Event.Outcome.STOPPED);
    assertThat(play.asked).hasSize(2);
    Play.assertDone(play.answering(true).resume());
    assertThat(play.lines("log")).containsExactly("a", "b");
  }

  @Test
  void after_until_it_goes_on_behind_that_step() throws IOException {
    var play = Play.of(folder, THREE.replace("test -e mended && ", "")).until("b");
    play.begin();
    Play.assertDone(play.toTheEnd().resume());
    assertThat(play.lines("log")).containsExactly("a", "b", "c7");
  }

  @Test
  void items_that_are_done_are_not_done_again() throws IOException {
    var play =
        new Play(
            folder,
            """
            plan: test
            parameters: { names: { type: list, default: [x, y, z] } }
            steps:
              - id: each
                forEach: ${parameters.names}
                exec:
                  script: test "$who" != y || test -e mended && echo "$who" >> log
                  env: { who: "${item}" }
            """);
    assertThat(play.begin().step()).contains("each[1]");
    Files.createFile(play.folder().files().resolve("mended"));
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("x", "y", "z");
    assertThat((List<?>) play.outputs("each")).hasSize(3);
  }

  /** The run's folder, as it is behind every line of the journal, is what a crash would leave. */
  @Test
  void wherever_the_process_dies_the_run_ends_with_everything_done_once() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - { id: a, exec: { script: "echo a >> log; echo 7" } }
            - checkpoint: fine
              require: [ { that: "${steps.a.stdout == '7'}" } ]
              ask: Go on?
            - { id: each, forEach: "${['x', 'y']}", exec: { script: 'echo "$i" >> log', env: { i: "${item}" } } }
            - { id: b, exec: { script: 'echo "b$of" >> log', env: { of: "${steps.a.stdout}" } } }
            """);
    var snapshots = new ArrayList<Path>();
    play.onEvent(() -> {
      var copy = folder.resolve("crash" + snapshots.size());
      copy(play.folder().path(), copy.resolve(".plan/runs/run"));
      snapshots.add(copy);
    });
    Play.assertDone(play.begin());
    assertThat(snapshots).hasSizeGreaterThan(14);
    for (var snapshot : snapshots) {
      var after = new Play(snapshot, Files.readString(play.file()));
      var journal = after.folder().journal();
      if (snapshots.indexOf(snapshot) % 2 == 0)
        Files.writeString(journal, "{\"at\":\"2026", StandardOpenOption.APPEND);
      Play.assertDone(after.resume());
      assertThat(after.lines("log"))
          .as("dead behind %s", Files.readAllLines(journal))
          .containsExactly("a", "x", "y", "b7");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (var all = Files.walk(from)) {
      for (var file : all.toList()) Files.copy(file, to.resolve(from.relativize(file).toString()));
    }
  }

  @Test
  void a_torn_last_line_is_as_if_it_had_never_been_written() throws IOException {
    var play = Play.of(folder, THREE);
    play.begin();
    Files.writeString(
        play.folder().journal(), "{\"at\":\"2026-11-23T01:0", StandardOpenOption.APPEND);
    Files.createFile(play.folder().files().resolve("mended"));
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("a", "b", "c7");
    assertThat(Journal.read(play.folder().journal()).torn()).isFalse();
  }

  @Test
  void a_command_that_outlives_a_killed_process_is_found_again_and_not_done_twice()
      throws Exception {
    var play =
        Play.of(
            folder,
            """
            - { id: first, exec: { script: echo first >> log } }
            - id: long
              exec: { script: "echo began >> log; until test -e go; do sleep 0.05; done; echo ended >> log; echo result" }
            - { id: last, exec: { script: 'echo "$of" >> log', env: { of: "${steps.long.stdout}" } } }
            """);
    var child = ChildRun.start(play.file(), folder.resolve(".plan"));
    try {
      await(() -> !RunFolder.all(folder.resolve(".plan")).isEmpty());
      await(() -> play.lines("log").contains("began"));
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
    assertThat(Play.course(play.journal())).endsWith("started long");
    var go = play.folder().files().resolve("go");
    // only once the run has found it at work
    play.onEvent(() -> {
      if (play.events.getLast() instanceof Event.Recovered) Files.createFile(go);
    });
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("first", "began", "ended", "result");
    assertThat(play.course()).startsWith("attach long");
  }

  @Test
  void a_command_that_ended_while_nobody_looked_is_not_done_again() throws Exception {
    var play =
        Play.of(
            folder,
            """
            - id: long
              exec: { script: "echo began >> log; sleep 0.5; echo ended >> log; echo result" }
            - { id: last, exec: { script: 'echo "$of" >> log', env: { of: "${steps.long.stdout}" } } }
            """);
    var child = ChildRun.start(play.file(), folder.resolve(".plan"));
    await(() -> !RunFolder.all(folder.resolve(".plan")).isEmpty());
    await(() -> play.lines("log").contains("began"));
    child.destroyForcibly();
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    await(() -> play.lines("log").contains("ended"));
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("began", "ended", "result");
  }

  @Test
  void what_nobody_can_know_is_asked_and_no_flag_answers_it() throws IOException {
    var play = Play.of(folder, "- { id: a, exec: { script: echo a >> log } }");
    play.begin();
    // as if machine and all had gone down in the middle of the command
    var lines = Files.readAllLines(play.folder().journal());
    var open =
        lines.stream()
            .filter(l ->
                !l.contains("\"finished\"") && !l.contains("\"ended\"") && !l.contains("\"done\""))
            .toList();
    Files.write(play.folder().journal(), open);
    var scratch = play.folder().scratch("a").resolve("1");
    Files.createDirectories(scratch);
    Files.writeString(scratch.resolve("pid"), "999999999\n");
    assertThat(play.answering(false).resume().outcome()).isEqualTo(Event.Outcome.STOPPED);
    assertThat(play.asked).singleElement().asString().contains("nobody knows how far");
    assertThat(play.lines("log")).containsExactly("a");
    Play.assertDone(play.answering(true).resume());
    assertThat(play.lines("log")).containsExactly("a", "a");
  }

  @Test
  void expressions_see_the_journalled_form_in_the_first_run_and_after() throws IOException {
    var steps =
        """
        - { id: a, exec: { script: sleep 0.01 } }
        - { id: stop, exec: { script: "test -e mended" } }
        - { id: b, exec: { script: 'echo "$took" >> log', env: { took: "${steps.a.took}" } } }
        """;
    var play = Play.of(folder, steps);
    play.begin();
    Files.createFile(play.folder().files().resolve("mended"));
    Play.assertDone(play.resume());
    var took = String.valueOf(((Map<?, ?>) play.outputs("a")).get("took"));
    assertThat(play.lines("log")).containsExactly(took);
    assertThat(Optional.of(took)).isPresent();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws Exception {
    for (int i = 0; i < 1200 && !condition.holds(); i++) Thread.sleep(50);
    assertThat(condition.holds()).isTrue();
  }
}
