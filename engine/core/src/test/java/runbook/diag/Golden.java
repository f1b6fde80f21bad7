package runbook.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files that hold what is expected; a missing one is written, and fails the test. */
public final class Golden {
  private static final Path ROOT = Path.of("src/test/resources/golden");

  private Golden() {}

  /** Files of a folder with this ending, sorted. */
  public static Stream<Path> inputs(String folder, String ending) {
    try (var files = Files.list(ROOT.resolve(folder))) {
      return files
          .filter(f -> f.getFileName().toString().endsWith(ending))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares with the file; {@code -Dgolden.update=true} writes it anew. */
  public static void check(Path expected, String actual) {
    try {
      if (!Files.exists(expected)) {
        Files.writeString(expected, actual);
        fail("%s was missing and is written now: look at it, and keep it if it is right", expected);
      }
      if (Boolean.getBoolean("golden.update")) Files.writeString(expected, actual);
      assertThat(actual)
          .as("%s (-Dgolden.update=true writes it anew)", expected)
          .isEqualTo(Files.readString(expected));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
