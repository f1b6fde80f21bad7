package runbook.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Spelling;
import runbook.plan.Plan;
import runbook.plan.Step;

/** Loading plans for commands. */
final class Plans {
  private Plans() {}

  /** The plan; empty, with everything said, when it has errors. */
  static Optional<Plan> load(Path file, Problems problems, CommandSpec spec) {
    var plan = Validator.load(file, problems);
    if (!problems.sorted().isEmpty()) {
      spec.commandLine().getErr().print(Renderer.render(problems.sorted()));
      if (plan.isEmpty()) spec.commandLine().getErr().println("Nothing was begun.");
      spec.commandLine().getErr().flush();
    }
    return plan;
  }

  /** Keys of all steps, in the plan's order. */
  static List<String> keys(List<Step> steps) {
    var keys = new ArrayList<String>();
    Step.flat(steps)
        .filter(step -> !(step instanceof Step.Parallel))
        .forEach(step -> {
          var key = step.controls().key();
          if (step instanceof Step.Use u)
            u.plan().ifPresent(p -> keys(p.steps()).forEach(k -> keys.add(key + "." + k)));
          keys.add(key);
        });
    return keys;
  }

  static void stepExists(Plan plan, Optional<String> until, CommandSpec spec) {
    if (until.isEmpty()) return;
    var keys = keys(plan.steps());
    if (keys.contains(until.get())) return;
    throw new UsageFault(
        spec.commandLine(),
        "There is no step `" + until.get() + "` to stop after.",
        Spelling.hint(until.get(), keys));
  }
}
