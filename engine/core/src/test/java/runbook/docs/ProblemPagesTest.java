package runbook.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import runbook.check.Validator;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Renderer;

/** Each kind of problem has a page, whose wrong example has it and whose right one has none. */
final class ProblemPagesTest {
  private static final Path PAGES = Path.of("src/main/resources/runbook/docs/problems");

  @TempDir Path folder;

  /** What examples name lies beside them. */
  @BeforeEach
  void files() throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/pages"))) {
      for (var file : files.toList()) Files.copy(file, folder.resolve(file.getFileName()));
    }
    Files.createDirectory(folder.resolve("folder"));
    Files.write(
        folder.resolve("latin1.yaml"),
        "plan: grüße\nsteps: [exec: { script: ls }]\n".getBytes(StandardCharsets.ISO_8859_1));
    for (int i = 1; i < 18; i++) twice(i, "use: twice" + (i + 1) + ".yaml");
    twice(18, "exec: { script: ls }");
  }

  private void twice(int i, String step) throws IOException {
    Files.writeString(
        folder.resolve("twice" + i + ".yaml"),
        "plan: twice\nsteps:\n  - " + step + "\n  - " + step + "\n");
  }

  @Test
  void no_page_is_of_something_else() throws IOException {
    try (var files = Files.list(PAGES)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.of(Code.values()).map(c -> c + ".md").toList());
    }
  }

  @TestFactory
  Stream<DynamicTest> wrong_has_this_problem_and_no_other() {
    return Stream.of(Code.values())
        .map(code ->
            DynamicTest.dynamicTest(
                code.toString(),
                () -> {
                  var problems = problems(wrong(code));
                  assertThat(problems.stream().map(Diagnostic::code).distinct())
                      .as(Renderer.render(problems))
                      .containsExactly(code);
                  assertThat(problems).noneMatch(p -> p.isError() == code.isWarning());
                }));
  }

  @TestFactory
  Stream<DynamicTest> right_has_none() {
    return Stream.of(Code.values())
        .map(code ->
            DynamicTest.dynamicTest(
                code.toString(),
                () ->
                    assertThat(Renderer.render(problems(ProblemPage.of(code).right()))).isEmpty()));
  }

  @Test
  void a_page_is_shown_in_the_terminal() {
    assertThat(ProblemPage.of(Code.WRONG_TYPE).text())
        .isEqualTo(
            """
            wrong-type, an error

            A value is not of the type that is needed here. Numbers are not texts, and texts
            are not numbers: quotes make a text of a number. A duration has its unit: `90s`,
            `1h30m`.

            Wrong:

                plan: example
                steps:
                  - exec: { script: echo hello }
                    timeout: 90

            Right:

                plan: example
                steps:
                  - exec: { script: echo hello }
                    timeout: 90s
            """);
  }

  /** Its example; what is too large for a page is made. */
  private static String wrong(Code code) {
    var text = ProblemPage.of(code).wrong();
    return code == Code.FILE_SIZE ? text + "#".repeat(16 << 20) : text;
  }

  private List<Diagnostic> problems(String text) throws IOException {
    var file = Files.writeString(folder.resolve("example.yaml"), text);
    var problems = new Problems();
    Validator.load(file, problems);
    return problems.sorted();
  }
}
