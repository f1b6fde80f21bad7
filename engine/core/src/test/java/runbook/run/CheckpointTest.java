package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint holds a run up for. */
final class CheckpointTest {
  @TempDir Path folder;

  @Test
  void a_requirement_that_does_not_hold_stops_with_the_words_of_the_plan() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - { id: a, exec: { script: echo 41 } }
            - checkpoint: fine
              require:
                - that: ${steps.a.exitCode == 0}
                - that: ${steps.a.stdout == '42'}
                  else: It said ${steps.a.stdout}, not 42.
              ask: Go on?
            - { id: b, exec: { script: echo b >> log } }
            """);
    var run = play.begin();
    assertThat(run.outcome()).isEqualTo(Event.Outcome.FAILED);
    assertThat(run.step()).contains("fine");
    assertThat(run.failure().orElseThrow()).hasMessage("It said 41, not 42.");
    assertThat(run.failure().orElseThrow().remedy().orElseThrow()).contains("line 7");
    assertThat(play.asked).as("nobody is asked about what does not hold").isEmpty();
    assertThat(play.lines("log")).isEmpty();
  }

  @Test
  void a_checkpoint_asks_and_records_who_answered() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - checkpoint: sure
              ask: Go on with ${1 + 1} things?
            """);
    Play.assertDone(play.begin());
    assertThat(play.asked).containsExactly("Go on with 2 things?");
    assertThat(play.events)
        .anyMatch(e ->
            e instanceof Event.Passed p
                && p.by().equals("somebody")
                && p.asked().equals(Optional.of("Go on with 2 things?")));
  }

  @Test
  void no_is_an_answer_and_stops_before_the_next_step() throws IOException {
    var play =
        Play.of(
                folder,
                """
                - { checkpoint: sure, ask: Go on? }
                - { id: b, exec: { script: echo b >> log } }
                """)
            .answering(false);
    var run = play.begin();
    assertThat(run.outcome()).isEqualTo(Event.Outcome.STOPPED);
    assertThat(run.step()).contains("sure");
    assertThat(play.lines("log")).isEmpty();
    assertThat(play.course()).isEmpty();
  }
}
