package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.plan.Plan;
import runbook.type.Quantity;
import runbook.type.Secret;
import runbook.world.Failure;

/** Where the value of a parameter comes from, and what is wrong with it. */
final class ParameterValuesTest {
  private static final Plan PLAN =
      Validator.load(
              new Source(
                  "p.yaml",
                  """
                  plan: p
                  parameters:
                    text:   { type: string, default: preset, env: TEXT }
                    number: { type: integer, default: 1 }
                    share:  { type: number, default: 1 }
                    flag:   { type: boolean, default: false }
                    wait:   { type: duration, default: 1s }
                    space:  { type: quantity, default: 1Gi }
                    names:  { type: list, default: [] }
                    map:    { type: map, default: {} }
                    where:  { type: string, default: here, oneOf: [here, there] }
                    must:   { type: string, doc: It has no default. }
                    token:  { type: secret, env: TOKEN }
                  steps:
                    - exec: { script: ls }
                  """),
              Path.of("."),
              new Problems())
          .orElseThrow();
  private static final Map<String, String> ENOUGH = Map.of("must", "given");
  private static final Map<String, String> TOKEN = Map.of("TOKEN", "hidden");

  private static Object value(String name, String text) {
    return ParameterValues.resolve(PLAN, Map.of("must", "given", name, text), Map.of(), TOKEN)
        .get(name);
  }

  private static Failure failure(
      Map<String, String> set, Map<String, Object> values, Map<String, String> environment) {
    return catchThrowableOfType(
        Failure.class, () -> ParameterValues.resolve(PLAN, set, values, environment));
  }

  @Test
  void the_command_line_goes_before_the_file_and_that_before_the_environment() {
    var environment = Map.of("TEXT", "environment", "TOKEN", "hidden");
    Map<String, Object> file = Map.of("text", "file");
    var set = Map.of("must", "given", "text", "set");
    assertThat(ParameterValues.resolve(PLAN, set, file, environment)).containsEntry("text", "set");
    assertThat(ParameterValues.resolve(PLAN, ENOUGH, file, environment))
        .containsEntry("text", "file");
    assertThat(ParameterValues.resolve(PLAN, ENOUGH, Map.of(), environment))
        .containsEntry("text", "environment");
    assertThat(ParameterValues.resolve(PLAN, ENOUGH, Map.of(), TOKEN))
        .containsEntry("text", "preset");
  }

  @Test
  void a_text_of_the_command_line_is_read_by_the_type_of_the_parameter() {
    assertThat(value("text", "17")).isEqualTo("17");
    assertThat(value("number", "-17")).isEqualTo(-17L);
    assertThat(value("share", "0.25")).isEqualTo(new BigDecimal("0.25"));
    assertThat(value("flag", "true")).isEqualTo(true);
    assertThat(value("wait", "1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(value("space", "2Gi")).isEqualTo(Quantity.parse("2048Mi").orElseThrow());
    assertThat(value("names", "a, b,c")).isEqualTo(List.of("a", "b", "c"));
    assertThat(value("names", "[a, 'b,c']")).isEqualTo(List.of("a", "b,c"));
    assertThat(value("names", "")).isEqualTo(List.of());
    assertThat(value("map", "{a: x, b: 'y: z'}")).isEqualTo(Map.of("a", "x", "b", "y: z"));
    assertThat(value("where", "there")).isEqualTo("there");
  }

  @Test
  void everything_that_is_wrong_comes_out_at_once() {
    var failure =
        failure(
            Map.of("numbr", "3", "number", "three", "where", "nowhere", "wait", "soon"),
            Map.of("names", "not a list", "colour", 3L),
            Map.of());
    assertThat(failure).hasMessageContaining("8 things");
    assertThat(failure.detail().orElseThrow().lines().toList())
        .containsExactlyInAnyOrder(
            "There is no parameter `numbr`. Did you mean `number`?",
            "There is no parameter `colour`. Expected one of `flag`, `map`, `must`, `names`,"
                + " `number`, `share`, `space`, `text`, `token`, `wait`, `where`.",
            "The parameter `number`: `three` is a text, but an integer is needed.",
            "The parameter `wait`: `soon` is not a duration, such as `90s` or `1h30m`.",
            "The parameter `names`: `not a list` is a text, but a list of strings is needed.",
            "The parameter `where`: `nowhere` is none of `here`, `there`.",
            "The parameter `must` has no value. It has no default.",
            "The secret `token` is missing: `TOKEN` is not set.");
    assertThat(failure.remedy().orElseThrow()).contains("--set");
  }

  @Test
  void a_single_complaint_is_said_once() {
    var failure = failure(Map.of(), Map.of(), TOKEN);
    assertThat(failure).hasMessage("The parameter `must` has no value. It has no default.");
    assertThat(failure.detail()).isEqualTo(Optional.empty());
  }

  @Test
  void a_secret_comes_from_the_environment_alone_and_is_not_repeated_in_the_complaint() {
    assertThat(ParameterValues.resolve(PLAN, ENOUGH, Map.of(), TOKEN).get("token"))
        .isEqualTo(new Secret("token", "hidden"));
    var failure = failure(Map.of("must", "x", "token", "hunter2"), Map.of(), TOKEN);
    assertThat(failure).hasMessageContaining("`TOKEN` only");
    assertThat(failure.getMessage() + failure.detail()).doesNotContain("hunter2");
    assertThat(failure(ENOUGH, Map.of(), Map.of("TOKEN", "")))
        .hasMessage("The secret `token` is missing: `TOKEN` is not set.");
  }
}
