package runbook.sandbox.box;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Programs of util-linux and iproute2 that boxes are made with, found on this machine. */
enum Tool {
  UNSHARE("unshare", "util-linux"),
  NSENTER("nsenter", "util-linux"),
  SETPRIV("setpriv", "util-linux"),
  PIVOT_ROOT("pivot_root", "util-linux"),
  MOUNT("mount", "mount"),
  IP("ip", "iproute2"),
  SHELL("sh", "dash");

  private static final List<String> PLACES =
      List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

  private final String program;
  private final String pack;

  Tool(String program, String pack) {
    this.program = program;
    this.pack = pack;
  }

  /**
   * Where the program is.
   *
   * @throws BoxException naming the package that has it, where it is missing
   */
  String path() throws BoxException {
    Stream<Path> candidates = PLACES.stream().map(place -> Path.of(place, program));
    return candidates
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(() ->
            new BoxException(
                "The sandbox needs the program `%s`; the package `%s` has it."
                    .formatted(program, pack)));
  }

  /** Complains of the first program that is missing. */
  static void requireAll() throws BoxException {
    for (Tool tool : values()) {
      tool.path();
    }
  }
}
