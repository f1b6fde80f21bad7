package runbook.sandbox.box;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The shell scripts of this room, which lie beside its classes. */
final class Scripts {
  private Scripts() {}

  /** Puts the script into {@code folder} and gives its path there. */
  static Path place(String name, Path folder) throws IOException {
    Path target = folder.resolve(name);
    try (InputStream script =
        Objects.requireNonNull(Scripts.class.getResourceAsStream(name), name)) {
      Files.copy(script, target);
    }
    return target;
  }
}
