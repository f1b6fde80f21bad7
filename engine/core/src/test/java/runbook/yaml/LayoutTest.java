package runbook.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import runbook.diag.Problems;
import runbook.diag.Source;

/** The laws of a layout, over texts written in every way that the generator knows. */
final class LayoutTest {
  /** Sorts the keys of every map that has `b` for a key, and parts what is in lines at the top. */
  private static final Layout.Rules RULES =
      new Layout.Rules() {
        @Override
        public List<String> order(List<String> path, List<String> keys) {
          return keys.contains("b") ? List.of("a", "b", "c", "d", "e") : List.of();
        }

        @Override
        public boolean isParted(
            List<String> path, Layout.Neighbour before, Layout.Neighbour after) {
          return path.isEmpty() && (before.collection() || after.lines() > 1);
        }
      };

  @TestFactory
  Stream<DynamicTest> keeps_values_and_comments_and_is_done_once() {
    return Stream.of(1, 2, 3, 4)
        .map(seed ->
            DynamicTest.dynamicTest(
                "seed " + seed,
                () -> {
                  var random = new Random(seed);
                  for (int i = 0; i < 1_500; i++) laws(new Scribble(random).text());
                }));
  }

  private static void laws(Scribble.Text generated) {
    var text = generated.text();
    var before = data(text);
    assertThat(before).as("generated:\n%s", text).isPresent();
    // without what would put the text back if something were lost
    var printed = printed(text.replace("\r\n", "\n"));
    var formatted = Layout.format(new Source("x", text), RULES, new Problems()).orElseThrow();
    for (var out : List.of(printed, formatted)) {
      assertThat(data(out)).as("of:\n%s\nmade:\n%s", text, out).isEqualTo(before);
      assertThat(out.lines().filter(l -> l.contains("#~")).flatMap(LayoutTest::comments).sorted())
          .as("of:\n%s\nmade:\n%s", text, out)
          .containsExactlyElementsOf(generated.comments().stream().sorted().toList());
    }
    assertThat(Layout.format(new Source("x", formatted), RULES, new Problems()))
        .as("of:\n%s", text)
        .hasValue(formatted);
    assertThat(formatted).doesNotContain("\r").endsWith("\n");
  }

  private static String printed(String text) {
    try {
      return Layout.print(text, RULES);
    } catch (RuntimeException e) {
      throw new AssertionError("cannot be written:\n" + text, e);
    }
  }

  private static Stream<String> comments(String line) {
    return Stream.of(line.substring(line.indexOf("#~")));
  }

  private static Optional<Object> data(String text) {
    var problems = new Problems();
    var data = YamlReader.read(new Source("x", text), problems).flatMap(Yaml::data);
    return problems.hasErrors() ? Optional.empty() : data.map(LayoutTest::plain);
  }

  /** Maps are equal in any order; a scalar that is nothing is one too. */
  private static Object plain(Object data) {
    return switch (data) {
      case Map<?, ?> m -> Map.copyOf(m);
      case List<?> l -> new ArrayList<>(l);
      default -> data;
    };
  }

  @Test
  void what_no_layout_is_known_for_stays() {
    for (var text :
        List.of(
            "? a\n: b\n", "- a\n-   b\n", "&x\na: 1\n", "a:   &x # c\n  b: 1\n", "{ a:   b }\n")) {
      var out = Layout.format(new Source("x", text), RULES, new Problems());
      assertThat(out).as(text).isPresent();
      assertThat(data(out.get())).isEqualTo(data(text));
    }
    assertThat(Layout.format(new Source("x", "? a\n: b\n"), RULES, new Problems()))
        .hasValue("? a\n: b\n");
  }

  @Test
  void what_is_no_yaml_is_said() {
    var problems = new Problems();
    assertThat(Layout.format(new Source("x", "a: [\n"), RULES, problems)).isEmpty();
    assertThat(problems.hasErrors()).isTrue();
  }

  @Test
  void a_block_that_ends_with_the_file_gets_no_line_break() {
    assertThat(Layout.format(new Source("x", "a: |\n    b"), RULES, new Problems()))
        .hasValueSatisfying(out -> assertThat(data(out)).isEqualTo(data("a: |\n    b")));
  }

  @Test
  void marks_of_the_document_anchors_and_aliases_stay() {
    assertThat(
            Layout.format(
                new Source(
                    "x",
                    "%YAML 1.2\n---  \n# c\na:   &x\n    k: [ *x2 ,1]\n".replace("*x2", "&y 2")),
                RULES,
                new Problems()))
        .hasValue("%YAML 1.2\n---\n# c\na: &x\n  k: [&y 2, 1]\n");
    assertThat(
            Layout.format(
                new Source("x", "a: &x {k: 1}\nc:  [ *x,*x ]\nd:   *x\n"), RULES, new Problems()))
        .hasValue("a: &x { k: 1 }\nc: [*x, *x]\nd: *x\n");
  }
}
