package runbook.sandbox.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The group that a pod's volumes belong to ({@code fsGroup}), where this machine lets files belong
 * to others.
 */
record Ownership(Optional<Integer> group, boolean users) {

  /** Gives a volume, with all that is in it, to the group, which may then read and write there. */
  void take(Path volume) throws IOException {
    if (group.isEmpty() || !users) {
      return;
    }
    try (Stream<Path> all = Files.walk(volume)) {
      for (Path path : all.toList()) {
        Files.setAttribute(path, "unix:gid", group.get(), LinkOption.NOFOLLOW_LINKS);
        if (!Files.isSymbolicLink(path)) {
          int mode = (Integer) Files.getAttribute(path, "unix:mode") & 07777;
          Files.setAttribute(path, "unix:mode", mode | (Files.isDirectory(path) ? 02770 : 0660));
        }
      }
    }
  }
}
