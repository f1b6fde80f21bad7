package runbook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.plan.Plan;
import runbook.run.ParameterValues;
import runbook.world.Failure;
import runbook.yaml.Utf8;
import runbook.yaml.YamlReader;

/** What a run is given on the command line. */
final class ParameterOptions {
  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Value of a parameter; lists as a,b or in YAML.")
  Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--values",
      paramLabel = "FILE",
      description = "YAML file with values of parameters; --set goes before it.")
  Optional<Path> values = Optional.empty();

  /** The values of all parameters. */
  Map<String, Object> resolve(Plan plan, Problems problems) {
    return ParameterValues.resolve(plan, set, values(problems), System.getenv());
  }

  private Map<String, Object> values(Problems problems) {
    if (values.isEmpty()) return Map.of();
    var file = values.get();
    var yaml = source(file, problems).flatMap(s -> YamlReader.read(s, problems));
    if (problems.hasErrors())
      throw Failure.refused("The values in `" + file + "` cannot be read.", "Mend the file.")
          .withDetail(Renderer.render(problems.sorted()));
    var out = new LinkedHashMap<String, Object>();
    if (!(yaml.flatMap(y -> y.data()).orElse(null) instanceof Map<?, ?> map)) {
      throw Failure.refused(
          "The file `" + file + "` is not a map of parameters.",
          "Write lines such as `image: postgres:17`.");
    }
    map.forEach((k, v) -> out.put((String) k, v));
    return out;
  }

  private static Optional<Source> source(Path file, Problems problems) {
    try {
      var nowhere = new Span(new Source(file.toString(), ""), 0, 0);
      return Utf8.read(file, file.toString(), nowhere, problems);
    } catch (IOException e) {
      var why =
          Files.notExists(file)
              ? "There is no file `" + file + "`."
              : Files.isDirectory(file)
                  ? "`" + file + "` is a folder; values are in a file."
                  : "The file `" + file + "` cannot be read.";
      throw Failure.refused(why, "Look at what `--values` names.");
    }
  }
}
