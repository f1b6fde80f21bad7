package runbook.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.yaml.Yaml;
import runbook.yaml.YamlReader;

final class TolerantReaderTest {
  private static final Path PLAN = Path.of("../../plans/postgres-upgrade.yaml");

  /** What is whole is read as the real reader reads it, all keys and plain words. */
  @TestFactory
  Stream<DynamicTest> agrees_with_the_reader() throws IOException {
    try (var examples = Files.list(Path.of("../../examples/actions"))) {
      return Stream.concat(
              Stream.of(PLAN), examples.filter(f -> f.toString().endsWith(".yaml")).sorted())
          .toList()
          .stream()
          .map(f ->
              DynamicTest.dynamicTest(
                  f.getFileName().toString(),
                  () -> {
                    var source = new Source("p", Files.readString(f));
                    var exact = YamlReader.read(source, new Problems()).orElseThrow();
                    assertThat(shape(TolerantReader.read(source))).isEqualTo(shape(exact));
                  }));
    }
  }

  @Test
  void goes_on_behind_what_is_broken() {
    for (var broken :
        List.of(
            "steps:\n  - id: a\n    exec: { in: x,\n    timeout: 5m\n  - id: b\n    title: x\n",
            "steps:\n  - id: a\n    exec: { in: \"x, script: ls }\n    timeout: 5m\n  - id: b\n    title: x\n",
            "steps:\n  - id: a\n    exec: { in: [x, script: ls }\n    timeout: 5m\n  - id: b\n    title: 'x\n",
            "steps:\n  - id: a\n    exec:\n      in: ${steps.\n    timeout: 5m\n  - id: b\n    title: x\n")) {
      var steps =
          (Yaml.Sequence) map(TolerantReader.read(new Source("p", broken))).get("steps").get();
      assertThat(steps.items()).as(broken).hasSize(2);
      assertThat(keys(steps.items().get(0))).as(broken).containsExactly("id", "exec", "timeout");
      assertThat(keys(steps.items().get(1))).as(broken).containsExactly("id", "title");
    }
  }

  @Test
  void a_word_above_keys_is_a_key() {
    var read = TolerantReader.read(new Source("p", "steps:\n  - sca\n    timeout: 5m\n  - sca\n"));
    assertThat(shape(read)).isEqualTo("{steps=[{sca=,timeout=5m},sca]}");
  }

  @Test
  void always_ends_and_gives_a_tree() throws IOException {
    var text = Files.readString(PLAN).substring(0, 6_000);
    var random = new Random(1);
    var pieces =
        List.of(
            "\"", "'", "{", "[", "}", "]", ":", ": ", "- ", "\n", "  ", "${", "|", ">", "#", "&",
            "!", "\t", "\r");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 3_000; i++) {
            var broken = new StringBuilder(text);
            for (int n = 0; n < 4; n++) {
              int place = random.nextInt(broken.length());
              if (random.nextBoolean())
                broken.insert(place, pieces.get(random.nextInt(pieces.size())));
              else broken.delete(place, Math.min(broken.length(), place + random.nextInt(30)));
            }
            var read = TolerantReader.read(new Source("p", broken.toString()));
            assertThat(read.span().end()).isLessThanOrEqualTo(broken.length());
          }
          for (int cut = 0; cut < text.length(); cut += 3)
            assertThat(TolerantReader.read(new Source("p", text.substring(0, cut)))).isNotNull();
        });
  }

  private static Yaml.Mapping map(Yaml node) {
    return (Yaml.Mapping) node;
  }

  private static List<String> keys(Yaml node) {
    return map(node).entries().stream().map(e -> e.key().text()).toList();
  }

  /** Keys, and the words of values; what a quote or a fold does to them is left out. */
  private static String shape(Yaml node) {
    return switch (node) {
      case Yaml.Scalar s -> s.text().replaceAll("[\\s\"'\\\\]+", "");
      case Yaml.Sequence(var items, var _) ->
          "[" + String.join(",", items.stream().map(TolerantReaderTest::shape).toList()) + "]";
      case Yaml.Mapping(var entries, var _) ->
          "{"
              + String.join(
                  ",", entries.stream().map(e -> e.key().text() + "=" + shape(e.value())).toList())
              + "}";
    };
  }
}
