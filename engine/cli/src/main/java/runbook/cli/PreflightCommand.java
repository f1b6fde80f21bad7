package runbook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.diag.Problems;
import runbook.run.Inspection;

/** {@code plan preflight}. */
@Command(
    name = "preflight",
    mixinStandardHelpOptions = true,
    description = "Asks the live systems, and only reads, whether all is as the plan needs it.")
final class PreflightCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The plan.")
  Path file;

  @Mixin ParameterOptions parameters;

  @Override
  public Integer call() throws IOException {
    var problems = new Problems();
    var plan = Plans.load(file, problems, spec);
    if (plan.isEmpty()) return Exit.FAILED;
    var values = parameters.resolve(plan.get(), problems);
    try (var wiring = new Wiring()) {
      var inspection = Inspection.of(plan.get(), values, wiring);
      var out = spec.commandLine().getOut();
      new Findings(out).print(inspection, true);
      out.flush();
      return inspection.blocks() ? Exit.FAILED : Exit.OK;
    }
  }
}
