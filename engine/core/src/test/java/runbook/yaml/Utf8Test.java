package runbook.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;

/** What is no UTF-8 is said in its line; what is too large is not read. */
final class Utf8Test {
  private static List<Diagnostic> problems(byte[] bytes) {
    var problems = new Problems();
    assertThat(Utf8.decode("t.yaml", bytes, problems)).isEmpty();
    return problems.sorted();
  }

  @Test
  void text_is_what_the_bytes_say() {
    var problems = new Problems();
    var bytes = "\ufeffplan: ä😀\r\n".getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.decode("t", bytes, problems).orElseThrow().text())
        .isEqualTo("\ufeffplan: ä😀\r\n");
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void a_bad_byte_is_said_where_it_stands() {
    var bytes = "plan: ü\ntitle: xy\n".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xe4; // Latin-1
    assertThat(problems(bytes))
        .singleElement()
        .satisfies(d -> {
          assertThat(d.code()).isEqualTo(Code.FILE_ENCODING);
          assertThat(d.span().toString()).isEqualTo("t.yaml:2:8");
        });
  }

  @Test
  void a_character_that_is_cut_off_at_the_end_is_a_bad_one() {
    var bytes = "a: b\nc: ".getBytes(StandardCharsets.UTF_8);
    var cut = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    cut[bytes.length] = (byte) 0xc3;
    assertThat(problems(cut).getFirst().span().toString()).isEqualTo("t.yaml:2:4");
  }

  @Test
  void a_file_of_another_encoding_is_recognized() {
    assertThat(problems("\ufeffplan: x".getBytes(StandardCharsets.UTF_16LE)).getFirst().hints())
        .containsExactly("It looks like UTF-16; save it as UTF-8.");
  }

  @Test
  void a_file_that_is_too_large_is_said_where_it_is_named(@TempDir Path folder) throws IOException {
    var file = folder.resolve("large.yaml");
    Files.write(file, new byte[Utf8.LARGEST + 1]);
    var problems = new Problems();
    var from = new Span(new Source("t.yaml", "use: large.yaml"), 5, 15);
    assertThat(Utf8.read(file, "large.yaml", from, problems)).isEmpty();
    assertThat(problems.sorted())
        .extracting(d -> d.code() + " " + d.span())
        .containsExactly("file-size t.yaml:1:6");
  }
}
