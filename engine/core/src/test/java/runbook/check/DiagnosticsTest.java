package runbook.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import runbook.diag.Golden;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;

/** The catalogue of messages: each plan in {@code golden/check} and what validate says of it. */
final class DiagnosticsTest {
  @TestFactory
  Stream<DynamicTest> messages() {
    return Golden.inputs("check", ".yaml")
        .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
  }

  private static void check(Path file) {
    var problems = new Problems();
    Validator.load(
        new Source(file.getFileName().toString(), read(file)),
        file.toAbsolutePath().getParent(),
        problems);
    Golden.check(
        Path.of(file.toString().replaceAll("\\.yaml$", ".txt")),
        Renderer.render(problems.sorted()));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
