package runbook.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Renderer;

/** Bytes that become the text of a plan, or a problem at their place. */
final class PlanFilesTest {
  private static final String PLAN = "plan: x\nsteps:\n  - exec: { script: \"äöü 😀\" }\n";
  @TempDir Path folder;

  private List<Diagnostic> problems(byte[] bytes) throws IOException {
    var problems = new Problems();
    PlanLoader.read(Files.write(folder.resolve("plan.yaml"), bytes), problems);
    return problems.sorted();
  }

  private static byte[] bytes(Object... pieces) {
    var out = new ByteArrayOutputStream();
    for (var piece : pieces) {
      if (piece instanceof String text) out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      else out.write((Integer) piece);
    }
    return out.toByteArray();
  }

  @Test
  void any_end_of_line_and_a_mark_of_the_byte_order_are_read() throws IOException {
    for (var end : List.of("\n", "\r\n", "\r"))
      for (var begin : List.of("", "\ufeff"))
        assertThat(problems(bytes(begin, PLAN.replace("\n", end)))).isEmpty();
  }

  @Test
  void a_place_is_the_same_whatever_the_ends_of_lines_are() throws IOException {
    var wrong = PLAN.replace("script", "skript");
    for (var end : List.of("\n", "\r\n", "\r"))
      for (var begin : List.of("", "\ufeff"))
        assertThat(problems(bytes(begin, wrong.replace("\n", end))))
            .extracting(d -> d.span().line() + ":" + d.span().column() + " " + d.code())
            .contains("3:13 unknown-key");
    assertThat(problems(bytes("\ufeffplam: x\nsteps: []\n")).getFirst())
        .satisfies(d -> {
          assertThat(d.span().column()).isEqualTo(1);
          assertThat(Renderer.render(d)).contains("  1 | plam: x\n    | ^^^^\n");
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0xe4, 0xff, 0xfe, 0xc0, 0xf8})
  void the_first_byte_that_is_no_text_has_a_place(int bad) throws IOException {
    assertThat(problems(bytes("plan: x\n# äö 😀 ", bad, "\nsteps: []\n# ", 0xff)))
        .singleElement()
        .satisfies(d -> {
          assertThat(d.code()).isEqualTo(Code.FILE_ENCODING);
          assertThat(d.span().line()).isEqualTo(2);
          assertThat(d.span().column()).isEqualTo(8);
          assertThat(d.message()).isEqualTo("The file is not UTF-8 text.");
          assertThat(Renderer.render(d)).contains("# äö 😀");
        });
  }

  @Test
  void a_character_that_is_cut_at_the_end_has_one_too() throws IOException {
    assertThat(problems(bytes("plan: x\n# ", 0xf0, 0x9f, 0x98)))
        .singleElement()
        .satisfies(d -> assertThat(d.span()).hasToString(folder.resolve("plan.yaml") + ":2:3"));
  }

  @Test
  void another_encoding_is_called_by_its_name() throws IOException {
    for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)) {
      var text = charset == StandardCharsets.UTF_16 ? PLAN : "\ufeff" + PLAN;
      assertThat(problems(text.getBytes(charset)))
          .singleElement()
          .satisfies(d -> assertThat(d.hints().getFirst()).contains("UTF-16"));
    }
  }

  @Test
  void a_used_plan_has_its_own_places() throws IOException {
    Files.write(folder.resolve("used.yaml"), bytes("plan: used\n# ", 0xe4, "\nsteps: []\n"));
    assertThat(problems(bytes("plan: x\nsteps:\n  - use: used.yaml\n")))
        .singleElement()
        .satisfies(d -> assertThat(d.span().toString()).endsWith("used.yaml:2:3"));
  }
}
