package runbook.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where runs are kept. */
final class Home {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      defaultValue = ".plan",
      description = "Where runs are kept (default: ${DEFAULT-VALUE}).")
  Path path;
}
