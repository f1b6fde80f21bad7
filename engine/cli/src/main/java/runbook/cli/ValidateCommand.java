package runbook.cli;

import java.io.IOException;
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
import runbook.yaml.Utf8;

/** {@code plan validate}. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = "Finds mistakes in plans, offline.")
final class ValidateCommand implements Callable<Integer> {
  /** How problems are written. */
  enum Format {
    TEXT,
    JSON,
    SARIF,
    GITHUB;

    @Override
    public String toString() {
      return name().toLowerCase();
    }
  }

  @Spec CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Plan files; folders, for all plans below; - for standard input.")
  List<Path> files;

  @Option(names = "--quiet", description = "Say nothing when there is nothing wrong.")
  boolean quiet;

  @Option(names = "--strict", description = "Warnings count as errors for the exit code.")
  boolean strict;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}; text unless given.")
  Format format = Format.TEXT;

  @Override
  public Integer call() throws IOException {
    var problems = new Problems();
    var plans = PlanFinder.plans(files);
    for (var plan : plans) {
      if (plan.toString().equals("-")) piped(problems);
      else Validator.load(plan, problems);
    }
    var out = spec.commandLine().getOut();
    switch (format) {
      case TEXT -> out.print(Renderer.render(problems.sorted()));
      case JSON -> new Report(problems.sorted()).json(out);
      case SARIF -> new Report(problems.sorted()).sarif(out);
      case GITHUB -> new Report(problems.sorted()).github(out);
    }
    out.flush();
    if (problems.hasErrors() || strict && !problems.sorted().isEmpty()) return Exit.FAILED;
    if (!quiet && format == Format.TEXT)
      spec.commandLine()
          .getErr()
          .println(
              plans.size() == 1
                  ? plans.getFirst() + ": no errors"
                  : plans.size() + " plans, no errors");
    return Exit.OK;
  }

  /** Its files are looked for from where one stands. */
  private static void piped(Problems problems) throws IOException {
    Utf8.decode("<stdin>", System.in.readAllBytes(), problems)
        .ifPresent(source -> Validator.load(source, Path.of("").toAbsolutePath(), problems));
  }
}
