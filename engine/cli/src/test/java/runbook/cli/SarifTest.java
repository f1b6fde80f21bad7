package runbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --format sarif} prints is SARIF by its published schema, whatever is wrong. */
final class SarifTest {
  /** As it was published, from the library that carries it. */
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(
              SarifTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json"),
              InputFormat.JSON);

  private static final String BROKEN =
      """
      plan: example
      steps:
        - exek: { script: "é 😀 ls" }
        - exec: { script: "😀 ${steps.b.stdout}" }
      """;

  @TempDir Path folder;

  @Test
  void the_schema_refuses_what_is_no_sarif() {
    assertThat(SCHEMA.validate("{\"version\": \"2.1.0\"}", InputFormat.JSON)).isNotEmpty();
    assertThat(SCHEMA.validate("{\"version\": \"2.0\", \"runs\": []}", InputFormat.JSON))
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan.yaml", "a plan.yaml", "a:b.yaml", "grüße 100%#1?.yaml"})
  void problems_are_sarif_and_name_their_file(String name) throws IOException {
    var file = Files.writeString(folder.resolve(name), BROKEN);
    var run = sarif(file.toString(), 1);
    for (var result : run.get("results")) {
      var uri = at(result).get("artifactLocation").get("uri").textValue();
      assertThat(URI.create(uri).getPath()).isEqualTo(file.toString());
      assertThat(uri).matches("\\p{ASCII}+");
    }
    assertThat(run.get("results").size()).isGreaterThan(1);
  }

  @Test
  void every_rule_has_help_and_every_result_a_rule() throws IOException {
    var run = sarif(Files.writeString(folder.resolve("plan.yaml"), BROKEN).toString(), 1);
    var rules = run.get("tool").get("driver").get("rules");
    for (var rule : rules) assertThat(rule.get("help").get("text").textValue()).isNotBlank();
    assertThat(rules.findValuesAsText("id"))
        .containsAll(run.get("results").findValuesAsText("ruleId"));
  }

  @Test
  void columns_count_code_points_as_it_says() throws IOException {
    var run = sarif(Files.writeString(folder.resolve("plan.yaml"), BROKEN).toString(), 1);
    assertThat(run.get("columnKind").textValue()).isEqualTo("unicodeCodePoints");
    var last = at(run.get("results").get(run.get("results").size() - 1)).get("region");
    var line = BROKEN.lines().toList().get(last.get("startLine").intValue() - 1);
    int from = line.offsetByCodePoints(0, last.get("startColumn").intValue() - 1);
    int to = line.offsetByCodePoints(0, last.get("endColumn").intValue() - 1);
    assertThat(line.substring(from, to)).isEqualTo("b");
  }

  @Test
  void no_problem_is_sarif_too() throws IOException {
    var file = folder.resolve("plan.yaml");
    Files.writeString(file, "plan: example\nsteps: [exec: { script: ls }]\n");
    assertThat(sarif(file.toString(), 0).get("results").size()).isZero();
  }

  @Test
  void so_is_a_file_that_is_not_there() throws IOException {
    assertThat(sarif(folder.resolve("absent.yaml").toString(), 1).get("results").size()).isOne();
  }

  private static JsonNode at(JsonNode result) {
    return result.get("locations").get(0).get("physicalLocation");
  }

  /** The one run of the log. */
  private static JsonNode sarif(String file, int code) throws IOException {
    var out = new StringWriter();
    var err = new StringWriter();
    var arguments = List.of("validate", "--format", "sarif", file);
    assertThat(
            Start.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new)))
        .as(err.toString())
        .isEqualTo(code);
    assertThat(SCHEMA.validate(out.toString(), InputFormat.JSON)).isEmpty();
    return new ObjectMapper().readTree(out.toString()).get("runs").get(0);
  }
}
