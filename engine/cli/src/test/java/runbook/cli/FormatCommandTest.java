package runbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FormatCommandTest {
  private static final String LOOSE = "plan:   x\r\nsteps:\r\n- id: a\r\n  exec: {script: ls}";
  private static final String NEAT = "plan: x\n\nsteps:\n  - id: a\n    exec: { script: ls }\n";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Start.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @Test
  void permissions_and_links_stay() throws IOException {
    var file = Files.writeString(folder.resolve("p.yaml"), LOOSE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
    var link = Files.createSymbolicLink(folder.resolve("link.yaml"), file);
    assertThat(run("format", link.toString())).isZero();
    assertThat(file).hasContent(NEAT);
    assertThat(link).isSymbolicLink();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rwxr-x---");
    assertThat(out.toString()).isEqualTo(link + "\n");
  }

  @Test
  void check_changes_nothing() throws IOException {
    var file = Files.writeString(folder.resolve("p.yaml"), LOOSE);
    assertThat(run("format", "--check", file.toString())).isEqualTo(Exit.FAILED);
    assertThat(Files.readString(file)).isEqualTo(LOOSE);
  }

  @Test
  void what_cannot_be_read_is_left_alone() throws IOException {
    var file = Files.writeString(folder.resolve("p.yaml"), "plan:   [");
    assertThat(run("format", file.toString())).isEqualTo(Exit.FAILED);
    assertThat(Files.readString(file)).isEqualTo("plan:   [");
    assertThat(err.toString()).contains("yaml-syntax");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_pipe_gets_the_text() {
    var before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(LOOSE.getBytes(StandardCharsets.UTF_8)));
      assertThat(run("format", "-")).isZero();
      assertThat(out.toString()).isEqualTo(NEAT);
    } finally {
      System.setIn(before);
    }
  }
}
