package runbook.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Renderer;

/** {@code plan validate}. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = "Finds mistakes in plans, offline.")
final class ValidateCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Plan files.")
  List<Path> files;

  @Option(names = "--quiet", description = "Say nothing when there is nothing wrong.")
  boolean quiet;

  @Override
  public Integer call() {
    var problems = new Problems();
    for (var file : files) {
      Validator.load(file, problems);
    }
    var out = spec.commandLine().getOut();
    out.print(Renderer.render(problems.sorted()));
    out.flush();
    if (problems.hasErrors()) return Exit.FAILED;
    if (!quiet)
      spec.commandLine()
          .getErr()
          .println(
              files.size() == 1
                  ? files.getFirst() + ": no errors"
                  : files.size() + " plans, no errors");
    return Exit.OK;
  }
}
