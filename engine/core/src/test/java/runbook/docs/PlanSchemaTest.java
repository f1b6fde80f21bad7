package runbook.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import runbook.check.Validator;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;
import runbook.yaml.YamlReader;

/** The schema takes what {@code validate} takes, and refuses what a schema can refuse. */
final class PlanSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(PlanSchema.json(), InputFormat.JSON);

  private static final String WHOLE =
      """
      plan: example
      parameters:
        image: { type: string, default: "postgres:17", oneOf: ["postgres:17"], doc: An image. }
        limit: { type: duration, default: 1h30m }
        token: { type: secret, env: API_TOKEN }
      connections:
        linode: { token: "${parameters.token}" }
      places:
        database: { deployment: postgres, container: postgres }
      steps:
        - id: stop
          title: Stop ${parameters.image}
          when: ${parameters.image != ''}
          forEach: [site, api]
          scale: { deployments: ["${item}"], replicas: 0 }
          timeout: 2m
          retry: { attempts: 3, delay: 10s, on: [unreachable] }
          undo: nothing
          keep: true
        - parallel:
            one: [ { exec: { in: database, script: ls, exitCodes: [0] } } ]
        - checkpoint: ready
          require: [ { that: true, else: Not yet. } ]
          commit: true
        - use: other.yaml
          with: { a: 1 }
        - cp: { from: "database:/tmp/a", to: "local:a" }
      outputs:
        a: 1
      """;

  /** What breaks the plan above: a piece of it, and what takes its place. */
  private static final Map<String, Map<String, String>> BROKEN =
      new TreeMap<>(
          Map.ofEntries(
              broken("unknown key of a plan", "outputs:", "output:"),
              broken("no name", "plan: example\n", ""),
              broken("a name with capitals", "plan: example", "plan: Example"),
              broken("a title that is a number", "title: Stop ${parameters.image}", "title: 12"),
              broken("unknown key of a parameter", "doc: An image", "dok: An image"),
              broken("unknown type", "type: duration", "type: time"),
              broken("no type", "{ type: duration, default: 1h30m }", "{ default: 1h30m }"),
              broken("default of another type", "default: 1h30m", "default: 90"),
              broken("default without unit", "default: 1h30m", "default: '90'"),
              broken("choice of another type", "oneOf: [\"postgres:17\"]", "oneOf: [17]"),
              broken("a secret in the plan", "env: API_TOKEN", "env: A, default: abc"),
              broken("a secret from nowhere", ", env: API_TOKEN", ""),
              broken("unknown system", "linode: {", "linod: {"),
              broken("unknown setting", "{ token: \"$", "{ tokn: \"$"),
              broken("two ways to a place", "container: postgres", "pod: a"),
              broken("no way to a place", "deployment: postgres, ", ""),
              broken("the place local", "database: { d", "local: { d"),
              broken("unknown action", "scale: {", "scael: {"),
              broken("unknown argument", "replicas: 0", "replica: 0"),
              broken("argument of another type", "replicas: 0", "replicas: none"),
              broken("list of another type", "exitCodes: [0]", "exitCodes: [zero]"),
              broken("an argument that is missing", ", to: \"local:a\"", ""),
              broken("a file without a place", "\"local:a\"", "a"),
              broken(
                  "two kinds in one step", "use: other.yaml", "use: o.yaml\n    http: { url: a }"),
              broken("a step that does nothing", "use: other.yaml\n    with: { a: 1 }", "id: a"),
              broken("unknown control", "timeout: 2m", "tiemout: 2m"),
              broken("duration without unit", "timeout: 2m", "timeout: 2"),
              broken("unknown unit", "timeout: 2m", "timeout: 2min"),
              broken("a time limit that is computed", "timeout: 2m", "timeout: '${run.id}'"),
              broken("a step's name with a dash", "id: stop", "id: the-stop"),
              broken("condition of another type", "when: ${parameters.image != ''}", "when: yes"),
              broken("no list to go through", "forEach: [site, api]", "forEach: site"),
              broken("unknown key of retry", "attempts: 3", "attemps: 3"),
              broken("no attempt", "attempts: 3", "attempts: 0"),
              broken("unknown kind of failure", "[unreachable]", "[unreached]"),
              broken("another undo", "undo: nothing", "undo: something"),
              broken("undo by two actions", "undo: nothing", "undo: { exec: {}, cp: {} }"),
              broken("keep is no boolean", "keep: true", "keep: yes"),
              broken(
                  "a branch that is no list",
                  "[ { exec: { in: database, script: ls, exitCodes: [0] } } ]",
                  "ls"),
              broken("no condition in a requirement", "that: true, ", ""),
              broken("control on a checkpoint", "commit: true", "timeout: 1m"),
              broken("commit is no boolean", "commit: true", "commit: 1"),
              broken("with is no map", "with: { a: 1 }", "with: [a]")));

  private static Map.Entry<String, Map<String, String>> broken(
      String title, String piece, String by) {
    return Map.entry(title, Map.of(piece, by));
  }

  @Test
  void a_plan_with_everything_is_taken() {
    assertThat(complaints(WHOLE)).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> shipped_plans_are_taken() throws IOException {
    return Stream.of("../../plans", "../../examples", "src/test/resources/golden/check")
        .flatMap(PlanSchemaTest::plans)
        .map(p -> DynamicTest.dynamicTest(p.toString(), () -> agrees(p)));
  }

  /** What is clean is taken, so that an editor never underlines what runs. */
  private static void agrees(Path file) throws IOException {
    var problems = new Problems();
    Validator.load(file, problems);
    if (file.toString().contains("golden") && problems.hasErrors()) return;
    assertThat(problems.hasErrors()).as(Renderer.render(problems.sorted())).isFalse();
    assertThat(complaints(Files.readString(file))).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> right_pages_are_taken() {
    return Stream.of(Code.values())
        .map(c ->
            DynamicTest.dynamicTest(
                c.toString(), () -> assertThat(complaints(ProblemPage.of(c).right())).isEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> broken_plans_are_refused() {
    return BROKEN.entrySet().stream()
        .map(b ->
            DynamicTest.dynamicTest(
                b.getKey(),
                () ->
                    b.getValue()
                        .forEach((piece, by) -> {
                          assertThat(WHOLE.split(Pattern.quote(piece), -1))
                              .as("there is one `" + piece + "`")
                              .hasSize(2);
                          assertThat(complaints(WHOLE.replace(piece, by))).isNotEmpty();
                        })));
  }

  private static Stream<Path> plans(String folder) {
    try (var files = Files.walk(Path.of(folder))) {
      return files
          .filter(f -> f.toString().endsWith(".yaml") && read(f).matches("(?sm).*^plan:.*"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String complaints(String plan) {
    var problems = new Problems();
    var data = YamlReader.read(new Source("plan.yaml", plan), problems).flatMap(y -> y.data());
    assertThat(problems.hasErrors()).as(Renderer.render(problems.sorted())).isFalse();
    try {
      var json = new ObjectMapper().writeValueAsString(data.orElseThrow());
      return SCHEMA.validate(json, InputFormat.JSON).toString().replaceAll("^\\[]$", "");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
