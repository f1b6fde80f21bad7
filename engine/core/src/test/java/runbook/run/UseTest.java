package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan that uses another: its own names, its keys in the journal, its way through a crash. */
final class UseTest {
  @TempDir Path folder;

  @BeforeEach
  void the_used_plan() throws IOException {
    Files.writeString(
        folder.resolve("greet.yaml"),
        """
        plan: greet
        parameters:
          who:    { type: string }
          times:  { type: integer, default: 1 }
          secret: { type: secret, env: NOBODY_READS_THIS }
        steps:
          - id: say
            exec: { script: 'echo "$who $times" | tee -a log', env: { who: "${parameters.who}", times: "${parameters.times}" } }
          - checkpoint: said
            require: [ { that: "${steps.say.exitCode == 0}" } ]
          - id: check
            exec: { script: 'test -e allowed && echo "$token"', env: { token: "${parameters.secret}" } }
        outputs:
          said: ${steps.say.stdout}
          step: ${steps.check}
        """);
  }

  private Play play() throws IOException {
    return new Play(
            folder,
            """
            plan: test
            parameters: { token: { type: secret, env: TOKEN } }
            steps:
              - id: first
                title: Greet ${run.id}
                use: greet.yaml
                with: { who: world, secret: "${parameters.token}" }
              - { id: between, exec: { script: 'echo "$of" >> log', env: { of: "${steps.first.said}" } } }
              - parallel:
                  left:
                    - { id: second, use: greet.yaml, with: { who: "${steps.first.said}", times: 7, secret: "x${parameters.token}" } }
                  right:
                    - { id: other, when: "${steps.first.step.exitCode != 0}", use: greet.yaml, with: { who: nobody, secret: "${parameters.token}" } }
            """)
        .environment(Map.of("TOKEN", "hush-hush"));
  }

  @Test
  void a_used_plan_sees_what_it_is_given_and_gives_its_outputs() throws IOException {
    var play = play();
    var begun = play.begin();
    assertThat(begun.step()).contains("first.check");
    Files.createFile(play.folder().files().resolve("allowed"));
    Play.assertDone(play.resume());
    assertThat(play.lines("log")).containsExactly("world 1", "world 1", "world 1 7");
    var journal = Files.readString(play.folder().journal());
    assertThat(journal)
        .doesNotContain("hush-hush")
        .contains("use greet.yaml")
        .contains("‹secret token›");
    assertThat(Files.readString(play.folder().path().resolve("used/1-greet.yaml")))
        .isEqualTo(Files.readString(folder.resolve("greet.yaml")));
  }

  @Test
  void a_run_goes_on_inside_of_a_used_plan_and_does_nothing_twice() throws IOException {
    var play = play();
    play.begin();
    assertThat(play.course())
        .containsExactly(
            "started first",
            "started first.say",
            "finished first.say",
            "passed first.said",
            "started first.check",
            "failed first.check");
    Files.createFile(play.folder().files().resolve("allowed"));
    play.resume();
    assertThat(play.course())
        .startsWith(
            "started first.check", "finished first.check", "finished first", "started between")
        .contains("skipped other", "finished second.check", "finished second")
        .doesNotContain("started first", "started first.say");
  }

  @Test
  void a_run_stops_after_a_step_of_a_used_plan() throws IOException {
    var play = play().until("first.say");
    assertThat(play.begin().outcome()).isEqualTo(Event.Outcome.STOPPED);
    assertThat(play.course())
        .containsExactly("started first", "started first.say", "finished first.say");
  }

  @Test
  void the_digest_of_a_run_is_that_of_all_its_files() throws IOException {
    var before = Runner.sha256(play().plan());
    var file = folder.resolve("greet.yaml");
    Files.writeString(file, Files.readString(file) + "# changed\n");
    assertThat(Runner.sha256(play().plan())).isNotEqualTo(before);
  }
}
