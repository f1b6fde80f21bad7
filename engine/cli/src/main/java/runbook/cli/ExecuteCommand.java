package runbook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.run.ParameterValues;
import runbook.run.Runner;
import runbook.world.Failure;
import runbook.yaml.Utf8;
import runbook.yaml.YamlReader;

/** {@code plan execute}. */
@Command(name = "execute", mixinStandardHelpOptions = true, description = "Carries a plan out.")
final class ExecuteCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The plan.")
  Path file;

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

  @Option(names = "--yes", description = "Confirm every checkpoint.")
  boolean yes;

  @Option(names = "--until", paramLabel = "STEP", description = "Stop after this step.")
  Optional<String> until = Optional.empty();

  @Mixin Home home;

  @Override
  public Integer call() throws IOException {
    var problems = new Problems();
    var plan = Plans.load(file, problems, spec);
    if (plan.isEmpty()) return Exit.FAILED;
    Plans.stepExists(plan.get(), until, spec);
    var parameters = ParameterValues.resolve(plan.get(), set, values(problems), System.getenv());
    var console = new Console(spec.commandLine().getErr(), yes);
    try (var wiring = new Wiring();
        var _ = new Interruption(console)) {
      console.begins(plan.get());
      var run = Runner.begin(plan.get(), file, parameters, wiring, home.path, console, until);
      return new Summary(spec.commandLine().getErr(), home.path).print(plan.get(), run);
    }
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
