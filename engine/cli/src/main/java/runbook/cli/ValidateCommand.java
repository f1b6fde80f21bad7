package runbook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.check.Validator;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Spelling;
import runbook.docs.ProblemPage;
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
      arity = "0..*",
      paramLabel = "FILE",
      description = "Plan files; folders, for all plans below; - for standard input.")
  List<Path> files = List.of();

  @Option(names = "--quiet", description = "Say nothing when there is nothing wrong.")
  boolean quiet;

  @Option(names = "--strict", description = "Warnings count as errors for the exit code.")
  boolean strict;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}; text unless given.")
  Format format = Format.TEXT;

  @Option(
      names = "--explain",
      paramLabel = "CODE",
      description = "Explain a kind of problem, by the word in brackets behind a message.")
  Optional<String> explain = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (explain.isPresent()) return explain(explain.get());
    if (files.isEmpty())
      throw new UsageFault(
          spec.commandLine(),
          "`plan validate` needs FILE.",
          Optional.of("`plan validate --help` says what it takes."));
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

  private int explain(String name) {
    var code = Stream.of(Code.values()).filter(c -> c.toString().equals(name)).findFirst();
    if (code.isEmpty())
      throw new UsageFault(
          spec.commandLine(),
          "There is no kind of problem `" + name + "`.",
          Spelling.nearest(name, Stream.of(Code.values()).map(Code::toString).toList())
              .map(c -> "Did you mean `" + c + "`?"));
    var out = spec.commandLine().getOut();
    out.print(ProblemPage.of(code.get()).text());
    out.flush();
    return Exit.OK;
  }

  /** Its files are looked for from where one stands. */
  private static void piped(Problems problems) throws IOException {
    Utf8.decode("<stdin>", System.in.readAllBytes(), problems)
        .ifPresent(source -> Validator.load(source, Path.of("").toAbsolutePath(), problems));
  }
}
