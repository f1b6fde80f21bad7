package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branches side by side. */
final class ParallelTest {
  /** Waits for a file of the other branch, up to half a minute. */
  private static final String WAIT =
      "i=0; until test -e %s; do i=$((i+1)); test $i -lt 600 || exit 9; sleep 0.05; done; ";

  @TempDir Path folder;

  @Test
  void branches_overlap() throws IOException {
    // each waits for what the other one does: one after the other would never end
    var play =
        Play.of(
            folder,
            """
            - parallel:
                left: [ { id: a, exec: { script: "touch a; %s" } } ]
                right: [ { id: b, exec: { script: "touch b; %s" } } ]
            - { id: c, exec: { script: echo c >> log } }
            """
                .formatted(WAIT.formatted("b"), WAIT.formatted("a")));
    Play.assertDone(play.begin());
    assertThat(play.course()).endsWith("started c", "finished c");
    assertThat(play.lines("log")).containsExactly("c");
  }

  @Test
  void when_a_branch_fails_the_others_end_their_step_and_begin_no_other() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - parallel:
                left: [ { id: bad, exec: { script: "%s exit 1" } } ]
                right:
                  - { id: slow, exec: { script: "touch began; %s sleep 0.3; echo slow >> log" } }
                  - { id: never, exec: { script: echo never >> log } }
            - { id: after, exec: { script: echo after >> log } }
            """
                .formatted(WAIT.formatted("began") + "touch bad;", WAIT.formatted("bad")));
    var run = play.begin();
    assertThat(run.outcome()).isEqualTo(Event.Outcome.FAILED);
    assertThat(run.step()).contains("bad");
    assertThat(play.lines("log")).containsExactly("slow");
    assertThat(play.course())
        .contains("failed bad", "finished slow")
        .doesNotContain("started never");
  }

  @Test
  void after_the_failure_is_mended_only_what_is_missing_is_done() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - parallel:
                left: [ { id: bad, exec: { script: "test -e ../mended" } } ]
                right: [ { id: good, exec: { script: echo good >> log } } ]
            - { id: after, exec: { script: echo after >> log } }
            """);
    assertThat(play.begin().outcome()).isEqualTo(Event.Outcome.FAILED);
    java.nio.file.Files.createFile(play.folder().path().resolve("mended"));
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("good", "after");
  }

  @Test
  void every_branch_writes_whole_lines_into_the_journal() throws IOException {
    var steps = new StringBuilder("- parallel:\n");
    for (int b = 0; b < 8; b++) {
      steps.append("    b" + b + ":\n");
      for (int s = 0; s < 5; s++)
        steps.append("      - { id: s" + b + s + ", exec: { script: 'echo out' } }\n");
    }
    var play = Play.of(folder, steps.toString());
    Play.assertDone(play.begin());
    assertThat(Play.course(play.journal())).isEqualTo(play.course());
    assertThat(Play.course(play.journal())).hasSize(80);
  }

  @Test
  void a_checkpoint_in_a_branch_that_is_not_confirmed_stops_the_run() throws IOException {
    var play =
        Play.of(
                folder,
                """
                - parallel:
                    left: [ { checkpoint: sure, ask: Go on? }, { id: a, exec: { script: echo a >> log } } ]
                    right: [ { id: b, exec: { script: echo b >> log } } ]
                """)
            .answering(false);
    var run = play.begin();
    assertThat(run.outcome()).isEqualTo(Event.Outcome.STOPPED);
    assertThat(run.step()).contains("sure");
    Play.assertDone(play.answering(true).resume());
    assertThat(play.lines("log")).containsExactlyInAnyOrder("a", "b");
  }
}
