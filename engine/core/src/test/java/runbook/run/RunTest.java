package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the interpreter does with a plan, from its beginning. */
final class RunTest {
  @TempDir Path folder;

  @Test
  void steps_are_carried_out_in_the_order_of_the_plan() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - { id: a, exec: { script: echo a >> log } }
            - { exec: { script: echo b >> log } }
            - { id: c, exec: { script: "echo \\"$of\\" >> log", env: { of: "${steps.a.exitCode}" } } }
            """);
    Play.assertDone(play.begin());
    assertThat(play.lines("log")).containsExactly("a", "b", "0");
    assertThat(play.course())
        .containsExactly(
            "started a", "finished a", "started #2", "finished #2", "started c", "finished c");
  }

  @Test
  void a_step_whose_condition_does_not_hold_is_skipped_and_journalled_as_such() throws IOException {
    var play =
        new Play(
            folder,
            """
            plan: test
            parameters: { really: { type: boolean, default: false } }
            steps:
              - { id: a, when: "${parameters.really}", exec: { script: echo a >> log } }
              - { id: b, when: "${!parameters.really}", exec: { script: echo b >> log } }
              - checkpoint: c
                when: ${parameters.really}
                ask: Sure?
            """);
    Play.assertDone(play.begin());
    assertThat(play.lines("log")).containsExactly("b");
    assertThat(play.course()).containsExactly("skipped a", "started b", "finished b", "skipped c");
    assertThat(play.asked).isEmpty();
  }

  @Test
  void for_each_item_a_step_runs_once_and_all_outputs_together_are_a_list() throws IOException {
    var play =
        new Play(
            folder,
            """
            plan: test
            parameters: { names: { type: list, default: [x, "y z"] } }
            steps:
              - id: each
                title: Greet ${item}
                forEach: ${parameters.names}
                exec: { script: 'echo "hello $who" | tee -a log', env: { who: "${item}" } }
              - id: last
                exec:
                  script: echo "$n $second" >> log
                  env: { n: "${size(steps.each)}", second: "${steps.each[1].stdout}" }
            """);
    Play.assertDone(play.begin());
    assertThat(play.lines("log")).containsExactly("hello x", "hello y z", "2 hello y z");
    assertThat(play.course())
        .startsWith(
            "started each[0]",
            "finished each[0]",
            "started each[1]",
            "finished each[1]",
            "finished each");
    assertThat(play.events)
        .anyMatch(e -> e instanceof Event.Started s && s.title().equals(Optional.of("Greet y z")));
    assertThat((List<?>) play.outputs("each")).hasSize(2);
  }

  @Test
  void no_item_gives_an_empty_list() throws IOException {
    var play =
        new Play(
            folder,
            """
            plan: test
            parameters: { names: { type: list, default: [] } }
            steps:
              - { id: each, forEach: "${parameters.names}", exec: { script: echo no >> log } }
              - checkpoint: none
                require: [ { that: "${empty(steps.each)}" } ]
            """);
    Play.assertDone(play.begin());
    assertThat(play.lines("log")).isEmpty();
  }

  @Test
  void what_began_is_journalled_before_and_what_ended_after_with_arguments_and_outputs()
      throws IOException {
    var play =
        Play.of(
            folder,
            """
            - id: a
              title: First
              exec: { script: "cp ../journal.jsonl during; echo out; echo err >&2" }
            """);
    Play.assertDone(play.begin());
    assertThat(play.lines("during"))
        .anyMatch(l -> l.contains("\"started\"") && l.contains("\"First\""))
        .noneMatch(l -> l.contains("\"finished\""));
    var began = (Event.Began) play.journal().getFirst();
    assertThat(began.plan()).isEqualTo("test");
    assertThat(began.sha256()).isEqualTo(Runner.sha256(Files.readString(play.file())));
    var started = (Event.Started) play.journal().get(1);
    assertThat(started.arguments()).containsOnlyKeys("script");
    assertThat((Map<?, ?>) play.outputs("a"))
        .isEqualTo(new Ledger(List.copyOf(play.events)).outputs("a").orElseThrow())
        .extracting("stdout", "stderr", "exitCode")
        .containsExactly("out", "err", 0L);
    assertThat(play.journal().getLast())
        .isInstanceOfSatisfying(
            Event.Ended.class, e -> assertThat(e.outcome()).isEqualTo(Event.Outcome.DONE));
    assertThat(play.journal()).hasSameSizeAs(play.events);
  }

  @Test
  void the_whole_output_of_a_step_is_kept_in_its_file() throws IOException {
    var play = Play.of(folder, "- { id: a, exec: { script: 'seq 1 30000; echo end >&2' } }");
    Play.assertDone(play.begin());
    assertThat(Files.readAllLines(play.folder().output("a")))
        .hasSize(30001)
        .contains("1", "17000", "30000", "end");
  }

  @Test
  void a_failure_stops_the_run_and_says_the_commands_own_words() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - { id: a, exec: { script: "echo 'disk is full' >&2; exit 3" } }
            - { id: b, exec: { script: echo b >> log } }
            """);
    var run = play.begin();
    assertThat(run.outcome()).isEqualTo(Event.Outcome.FAILED);
    assertThat(run.step()).contains("a");
    assertThat(run.failure().orElseThrow()).hasMessageContaining("exit code 3");
    assertThat(run.failure().orElseThrow().detail()).contains("disk is full");
    assertThat(play.lines("log")).isEmpty();
    assertThat(play.course()).containsExactly("started a", "failed a");
  }

  @Test
  void a_step_is_tried_as_often_as_retry_says() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - id: a
              exec: { script: "echo x >> log; test $(wc -l < log) -eq 3" }
              retry: { attempts: 4, delay: 1ms }
            """);
    Play.assertDone(play.begin());
    assertThat(play.lines("log")).hasSize(3);
    assertThat(play.events)
        .filteredOn(e -> e instanceof Event.Started)
        .extracting(e -> ((Event.Started) e).attempt())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void a_kind_of_failure_that_retry_does_not_name_is_not_tried_again() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - id: a
              exec: { script: "echo x >> log; exit 1" }
              retry: { attempts: 4, delay: 1ms, on: [unreachable, timeout] }
            """);
    assertThat(play.begin().outcome()).isEqualTo(Event.Outcome.FAILED);
    assertThat(play.lines("log")).hasSize(1);
  }

  @Test
  void a_step_that_takes_longer_than_its_time_limit_is_cancelled() throws IOException {
    var play =
        Play.of(folder, "- { id: a, timeout: 300ms, exec: { script: 'sleep 60; echo x > log' } }");
    var run = play.begin();
    assertThat(run.failure().orElseThrow()).hasMessageContaining("time limit");
    assertThat(play.lines("log")).isEmpty();
    assertThat(play.events)
        .filteredOn(e -> e instanceof Event.Failed)
        .singleElement()
        .satisfies(e -> {
          assertThat(((Event.Failed) e).kind()).isEqualTo("timeout");
          assertThat(((Event.Failed) e).took()).isLessThan(Duration.ofSeconds(40));
        });
  }

  @Test
  void until_stops_behind_the_step_that_it_names() throws IOException {
    var play =
        Play.of(
                folder,
                """
                - { id: a, exec: { script: echo a >> log } }
                - { id: b, exec: { script: echo b >> log } }
                """)
            .until("a");
    assertThat(play.begin().outcome()).isEqualTo(Event.Outcome.STOPPED);
    assertThat(play.lines("log")).containsExactly("a");
  }

  @Test
  void an_expression_without_a_value_is_a_refusal_that_names_its_place() throws IOException {
    var play =
        new Play(
            folder,
            """
            plan: test
            parameters: { names: { type: list, default: [x] } }
            steps:
              - { id: a, exec: { script: ls, env: { x: "${parameters.names[1]}" } } }
            """);
    var run = play.begin();
    assertThat(run.step()).contains("a");
    assertThat(run.failure().orElseThrow()).hasMessageContaining("`parameters.names[1]`");
    assertThat(run.failure().orElseThrow().remedy().orElseThrow()).contains("plan.yaml:4:");
    assertThat(play.course()).containsExactly("failed a");
  }

  @Test
  void a_skipped_step_gives_nothing_and_can_be_asked_for() throws IOException {
    var play =
        Play.of(
            folder,
            """
            - { id: a, when: "${1 > 2}", exec: { script: echo a } }
            - { id: b, when: "${1 < 2}", exec: { script: echo b } }
            - exec:
                script: echo "$a $b $c" >> log
                env:
                  a: "${steps.a == null ? 'none' : steps.a.stdout}"
                  b: ${steps.b.stdout ?? 'none'}
                  c: ${empty(steps.a)}
            - { when: "${steps.a != null and steps.a.exitCode == 0}", exec: { script: echo no >> log } }
            """);
    Play.assertDone(play.begin());
    assertThat(play.lines("log")).containsExactly("none b true");
  }
}
