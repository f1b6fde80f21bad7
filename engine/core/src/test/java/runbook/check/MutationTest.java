package runbook.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;

/** Whoever breaks the shipped plan is told so, at the line that was broken. */
final class MutationTest {
  private static final Path PLAN = Path.of("../../plans/postgres-upgrade.yaml");

  private static String plan() throws IOException {
    return Files.readString(PLAN);
  }

  private static List<Diagnostic> problems(String text) {
    var problems = new Problems();
    Validator.load(new Source("plan.yaml", text), PLAN.toAbsolutePath().getParent(), problems);
    return problems.sorted();
  }

  @Test
  void there_are_a_hundred_of_them() throws IOException {
    assertThat(Mutations.all(plan())).hasSizeGreaterThanOrEqualTo(100);
  }

  @TestFactory
  Stream<DynamicTest> each_is_refused_at_its_line() throws IOException {
    return Mutations.all(plan()).stream()
        .map(m ->
            DynamicTest.dynamicTest(
                m.name(),
                () -> {
                  var found = problems(m.broken());
                  assertThat(found)
                      .as("line %s: %s", m.line(), Renderer.render(found))
                      .anyMatch(d -> d.isError() && d.span().line() == m.line());
                }));
  }

  /** Where a word is written, and another one in its place is wrong for sure. */
  private static final List<Pattern> WORDS =
      List.of(
          Pattern.compile("parameters\\.([A-Za-z]+)"),
          Pattern.compile("steps\\.([A-Za-z]+)"),
          Pattern.compile("steps\\.[A-Za-z]+\\.([A-Za-z0-9]+)"),
          Pattern.compile("^ +(?:- )?([a-zA-Z]+):(?: |$)"),
          Pattern.compile("[{,] ([a-z][A-Za-z]+): (?![^}]*}[^}]*\"\\$\\{)"),
          Pattern.compile("in: ([a-z]+)"),
          Pattern.compile("\"(worker):/"),
          Pattern.compile("guard: ([A-Za-z]+)"));

  /** Every name in the plan, with two letters swapped and with one dropped. */
  @Test
  void every_misspelt_name_is_refused_at_its_line() throws IOException {
    var plan = plan();
    var lines = plan.lines().toList();
    var missed = new ArrayList<String>();
    int tried = 0;
    for (int n = lines.indexOf("steps:"); n < lines.size(); n++) {
      var line = lines.get(n);
      if (line.strip().startsWith("#")) continue;
      for (var pattern : WORDS) {
        var m = pattern.matcher(line);
        while (m.find()) {
          if (FREE.contains(m.group(1))) continue;
          for (var wrong : misspelt(m.group(1))) {
            var text = line.substring(0, m.start(1)) + wrong + line.substring(m.end(1));
            var broken = new ArrayList<>(lines);
            broken.set(n, text);
            int at = n + 1;
            tried++;
            if (problems(String.join("\n", broken) + "\n").stream()
                .noneMatch(d -> d.isError() && d.span().line() == at))
              missed.add(at + ": " + text.strip());
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(400);
    assertThat(missed).isEmpty();
  }

  /** Another name in a declaration leaves those who use it without one. */
  @Test
  void every_misspelt_declaration_is_refused() throws IOException {
    var lines = plan().lines().toList();
    var declared = Pattern.compile("^  ([a-zA-Z]+): +\\{");
    for (int n = 0; n < lines.indexOf("steps:"); n++) {
      var m = declared.matcher(lines.get(n));
      if (!m.find()) continue;
      for (var wrong : misspelt(m.group(1))) {
        var broken = new ArrayList<>(lines);
        broken.set(n, "  " + wrong + lines.get(n).substring(m.end(1)));
        assertThat(problems(String.join("\n", broken) + "\n"))
            .as(wrong)
            .anyMatch(Diagnostic::isError);
      }
    }
  }

  /** Names that a plan chooses, or that another system knows: a new one is no mistake there. */
  private static final Set<String> FREE =
      Set.of("Host", "worker", "dump", "before", "copy", "proof", "volume");

  private static List<String> misspelt(String word) {
    int middle = word.length() / 2;
    var dropped = word.substring(0, middle) + word.substring(middle + 1);
    var c = word.toCharArray();
    if (middle > 0) {
      char swap = c[middle];
      c[middle] = c[middle - 1];
      c[middle - 1] = swap;
    }
    var swapped = new String(c);
    return Stream.of(dropped, swapped, word + "x")
        .filter(w -> !w.equals(word) && !w.isEmpty())
        .toList();
  }
}
