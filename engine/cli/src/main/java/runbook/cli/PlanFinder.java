package runbook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.world.Failure;
import runbook.yaml.Utf8;

/** The plans among files and folders. */
final class PlanFinder {
  /** What stands for standard input. */
  static final Path STDIN = Path.of("-");

  private static final Pattern PLAN = Pattern.compile("(?m)^plan[ \t]*:");

  private PlanFinder() {}

  /** What is piped in; empty, with a problem, when it is not text. */
  static Optional<Source> piped(Problems problems) throws IOException {
    return Utf8.decode("<stdin>", System.in.readAllBytes(), problems);
  }

  /** Files as they are; of a folder the YAML files below it that are plans. */
  static List<Path> plans(List<Path> named) {
    var all = new ArrayList<Path>();
    for (var path : named) {
      if (!Files.isDirectory(path)) all.add(path);
      else all.addAll(below(path));
    }
    return all;
  }

  private static List<Path> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      var plans =
          files
              .filter(f -> f.toString().matches(".*\\.ya?ml"))
              .filter(f -> !isHidden(folder.relativize(f)))
              .filter(PlanFinder::isPlan)
              .sorted()
              .toList();
      if (plans.isEmpty())
        throw Failure.refused(
            "There is no plan in the folder `" + folder + "`.",
            "A plan is a .yaml file with a key `plan` at its top.");
      return plans;
    } catch (IOException e) {
      throw Failure.refused("The folder `" + folder + "` cannot be read.", "Look at its rights.");
    }
  }

  private static boolean isHidden(Path file) {
    for (var part : file)
      if (part.toString().startsWith(".") || part.toString().equals("target")) return true;
    return false;
  }

  /** One that cannot be read may be a plan, and is shown with what is wrong. */
  private static boolean isPlan(Path file) {
    try {
      return PLAN.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).find();
    } catch (IOException e) {
      return true;
    }
  }
}
