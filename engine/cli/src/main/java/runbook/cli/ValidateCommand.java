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
import runbook.diag.Code;
import runbook.diag.Spelling;
import runbook.docs.ProblemPage;

/** {@code plan validate}. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = "Finds mistakes in plans, offline.")
final class ValidateCommand implements Callable<Integer> {
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
  Validation.Format format = Validation.Format.TEXT;

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
    return new Validation(files, quiet, strict, format)
        .run(spec.commandLine().getOut(), spec.commandLine().getErr());
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
}
