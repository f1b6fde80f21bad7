package runbook.sandbox.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.box.Mount;

/**
 * The locale en_US.utf8, which the official images of PostgreSQL have and a small machine often has
 * not. Where glibc's sources for locales are there it is built; else it is C.utf8 by another name,
 * so that it sorts by code points, as everything does in the images that are made on musl.
 */
final class Locales {
  private static final Path OF_MACHINE = Path.of("/usr/lib/locale");
  private static final String NAME = "en_US.utf8";

  private Locales() {}

  /** What to lay over the machine's locales, if anything is missing there. */
  static Optional<Mount> mount(Cache cache) throws IOException {
    Programs.Result list = Programs.run(Duration.ofSeconds(10), List.of("locale", "-a"));
    if (list.output().lines().anyMatch(NAME::equalsIgnoreCase)
        || !Files.isDirectory(OF_MACHINE.resolve("C.utf8"))) {
      return Optional.empty();
    }
    Path folder = cache.folder("locale", Locales::make);
    return Optional.of(new Mount.Bind(folder, OF_MACHINE.toString(), true));
  }

  private static void make(Path folder) throws IOException {
    copy(OF_MACHINE, folder);
    Path target = folder.resolve(NAME);
    if (Files.isDirectory(Path.of("/usr/share/i18n/locales"))) {
      List<String> command =
          List.of("localedef", "-i", "en_US", "-f", "UTF-8", "--no-archive", target.toString());
      if (Programs.run(Duration.ofMinutes(1), command).status() == 0) {
        return;
      }
    }
    copy(OF_MACHINE.resolve("C.utf8"), target);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
