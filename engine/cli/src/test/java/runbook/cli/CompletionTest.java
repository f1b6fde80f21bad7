package runbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash completes when it has read what the program prints. */
final class CompletionTest {
  @TempDir Path folder;

  private String completed(String line) throws Exception {
    var text = new StringWriter();
    assertThat(Main.run(new PrintWriter(text), new PrintWriter(text), "completion")).isZero();
    Files.writeString(folder.resolve("completion"), text.toString());
    var script =
        """
        . ./completion
        COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE='%s'; COMP_POINT=${#COMP_LINE}
        _complete_plan 2>/dev/null; printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(line, line);
    var process =
        new ProcessBuilder("bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void commandsAndTheirOptions() throws Exception {
    assertThat(completed("plan pre").lines()).containsExactly("preflight");
    assertThat(completed("plan execute --no").lines()).containsExactly("--no-preflight");
    assertThat(completed("plan rehearse --du").lines()).containsExactly("--dump");
  }
}
