package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.type.Secret;

/** A secret reaches the process that needs it, and nothing that stays. */
final class SecretsTest {
  private static final String VALUE = "hünter2-\"quoted\"-µ";
  @TempDir Path folder;

  private Play play(String steps) throws IOException {
    return new Play(
            folder,
            "plan: test\nparameters: { token: { type: secret, env: TOKEN } }\nsteps:\n"
                + steps.indent(2))
        .environment(Map.of("TOKEN", VALUE));
  }

  private void assertNowhere(Play play) throws IOException {
    try (var files = Files.walk(play.folder().path())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (var form : new String[] {VALUE, VALUE.replace("\"", "\\\"")})
          assertThat(bytes)
              .as(file.toString())
              .doesNotContain(
                  new String(form.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(play.events.toString()).doesNotContain(VALUE);
    assertThat(play.said.toString()).doesNotContain(VALUE);
  }

  @Test
  void it_reaches_the_command_through_its_environment_alone() throws IOException {
    var play =
        play(
            """
            - { id: a, exec: { script: 'printf %s "$t" | cksum', env: { t: "${parameters.token}" } } }
            - { id: b, exec: { script: 'printf %s "$t" | cksum', env: { t: "x${parameters.token}y" } } }
            """);
    Play.assertDone(play.begin());
    assertNowhere(play);
    assertThat(((Map<?, ?>) play.outputs("a")).get("stdout"))
        .isNotEqualTo(((Map<?, ?>) play.outputs("b")).get("stdout"));
    assertThat(Files.readString(play.folder().journal())).contains("‹secret");
  }

  @Test
  void what_a_command_prints_of_it_is_hidden_everywhere() throws IOException {
    var play =
        play(
            """
            - id: a
              title: Say it
              exec:
                script: 'echo "out $t"; echo "err $t" >&2; printf %s "$t" | cut -c1-5; printf %s "$t"'
                env: { t: "${parameters.token}" }
            - { id: b, exec: { script: 'echo "got $of"', env: { of: "${steps.a.stdout}" } } }
            """);
    Play.assertDone(play.begin());
    assertNowhere(play);
    assertThat(Files.readString(play.folder().output("a"))).contains("out ‹secret token›");
    assertThat(String.valueOf(((Map<?, ?>) play.outputs("b")).get("stdout")))
        .startsWith("got out ‹secret token›");
  }

  @Test
  void a_failure_says_it_neither() throws IOException {
    var play =
        play(
            """
            - id: a
              exec: { script: 'echo "no entry with $t" >&2; exit 1', env: { t: "${parameters.token}" } }
            """);
    var run = play.begin();
    assertThat(run.failure().orElseThrow().detail().orElseThrow())
        .isEqualTo("no entry with ‹secret token›");
    assertThat(play.events.toString()).doesNotContain(VALUE);
    assertThat(Files.readString(play.folder().journal())).doesNotContain("hünter2");
  }

  @Test
  void it_is_read_anew_when_the_run_goes_on() throws IOException {
    var play =
        play(
            """
            - { id: a, exec: { script: "test -e mended" } }
            - { id: b, exec: { script: 'printf %s "$t" | cksum', env: { t: "${parameters.token}" } } }
            """);
    play.begin();
    Files.createFile(play.folder().files().resolve("mended"));
    Play.assertDone(play.resume());
    assertNowhere(play);
  }

  @Test
  void one_that_comes_in_pieces_is_hidden_all_the_same() throws IOException {
    var play = play("- { id: a, exec: { script: 'true', env: { t: \"${parameters.token}\" } } }");
    var secrets = new Secrets(play.plan(), Map.of("token", new Secret("token", "abcabd")));
    for (int size = 1; size < 9; size++) {
      var filter = secrets.filter().orElseThrow();
      var text = "xabcabcabdabcabcabab".getBytes(StandardCharsets.UTF_8);
      var out = new java.io.ByteArrayOutputStream();
      for (int i = 0; i < text.length; i += size) {
        int n = Math.min(size, text.length - i);
        out.writeBytes(filter.pass(java.util.Arrays.copyOfRange(text, i, i + n), n));
      }
      out.writeBytes(filter.rest());
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("xabc‹secret token›abcabcabab");
    }
  }

  @Test
  void an_everyday_word_is_not_hidden_since_that_would_garble_what_steps_need() throws IOException {
    var play =
        play("""
        - { id: a, exec: { script: 'echo postgres-5c9d', env: { t: "${parameters.token}" } } }
        """)
            .environment(Map.of("TOKEN", "postgres"));
    Play.assertDone(play.begin());
    assertThat(((Map<?, ?>) play.outputs("a")).get("stdout")).isEqualTo("postgres-5c9d");
    assertThat(play.said).anyMatch(l -> l.contains("token"));
  }

  @Test
  void what_an_expression_makes_of_it_is_hidden_too() throws IOException {
    var play =
        play(
            """
            - id: a
              exec:
                script: 'echo "out $upper"; echo "err $parts" >&2; echo "$upper" | cut -c2-'
                env:
                  upper: "${upper(parameters.token)}"
                  parts: "${join(['a', replace(parameters.token, '-', '+')], ' ')}"
            """);
    Play.assertDone(play.begin());
    assertThat(Files.readString(play.folder().output("a")))
        .contains("out ‹secret token›", "err ‹secret token›");
    assertThat(String.valueOf(play.outputs("a"))).contains("out ‹secret token›");
    for (var made : new String[] {"HÜNTER2-\"QUOTED\"-Μ", "hünter2+\"quoted\"+µ"}) {
      assertThat(Files.readString(play.folder().output("a"))).doesNotContain(made);
      assertThat(Files.readString(play.folder().journal())).doesNotContain(made.substring(0, 7));
    }
  }

  @Test
  void a_used_plan_hides_what_it_was_given_of_it() throws IOException {
    Files.writeString(
        folder.resolve("used.yaml"),
        """
        plan: used
        parameters: { key: { type: secret, env: NOBODY_READS_THIS } }
        steps:
          - { id: say, exec: { script: 'echo "$k"', env: { k: "${parameters.key}" } } }
        outputs: { said: "${steps.say.stdout}" }
        """);
    var play = play("- { id: a, use: used.yaml, with: { key: '${lower(parameters.token)}' } }");
    Play.assertDone(play.environment(Map.of("TOKEN", "TOP-SECRET-4711")).begin());
    assertThat(Files.readString(play.folder().journal()))
        .doesNotContain("top-secret-4711")
        .contains("‹secret token›");
  }
}
