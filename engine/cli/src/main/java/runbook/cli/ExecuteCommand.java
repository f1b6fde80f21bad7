package runbook.cli;

import java.io.IOException;
import java.nio.file.Path;
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
import runbook.plan.Plan;
import runbook.run.Inspection;
import runbook.run.Runner;

/** {@code plan execute}. */
@Command(name = "execute", mixinStandardHelpOptions = true, description = "Carries a plan out.")
final class ExecuteCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The plan.")
  Path file;

  @Mixin ParameterOptions parameters;

  @Option(names = "--yes", description = "Confirm every checkpoint.")
  boolean yes;

  @Option(names = "--until", paramLabel = "STEP", description = "Stop after this step.")
  Optional<String> until = Optional.empty();

  @Option(
      names = "--no-preflight",
      description = "Do not ask the live systems first whether all is as the plan needs it.")
  boolean unasked;

  @Mixin Home home;

  @Override
  public Integer call() throws IOException {
    var problems = new Problems();
    var plan = Plans.load(file, problems, spec);
    if (plan.isEmpty()) return Exit.FAILED;
    Plans.stepExists(plan.get(), until, spec);
    var values = parameters.resolve(plan.get(), problems);
    var console = new Console(spec.commandLine().getErr(), yes);
    try (var wiring = new Wiring();
        var _ = new Interruption(console)) {
      console.begins(plan.get());
      if (!unasked && !asked(plan.get(), values, wiring)) return Exit.FAILED;
      var run = Runner.begin(plan.get(), file, values, wiring, home.path, console, until);
      return new Summary(spec.commandLine().getErr(), home.path).print(plan.get(), run);
    }
  }

  /** Whether nothing stands in the way, which is said otherwise. */
  private boolean asked(Plan plan, Map<String, Object> values, Wiring wiring) throws IOException {
    var inspection = Inspection.of(plan, values, wiring);
    var err = spec.commandLine().getErr();
    if (inspection.blocks()) {
      new Findings(err).print(inspection, false);
      err.println("Nothing was begun. `--no-preflight` begins all the same.");
    } else new Findings(err).printInShort(inspection, Main.command() + " preflight " + file);
    err.flush();
    return !inspection.blocks();
  }
}
