package runbook.sandbox.box;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Something that is mounted into a container's root view; {@code target} is absolute there. */
public sealed interface Mount {
  String target();

  /** A file or folder of this machine. */
  record Bind(Path source, String target, boolean readOnly) implements Mount {}

  /** Memory; {@code bytes} is its limit, else half of the machine's. */
  record Memory(String target, OptionalLong bytes) implements Mount {}
}
