package runbook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.action.AtomicFile;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.edit.PlanLayout;
import runbook.plan.PlanLoader;

/** {@code plan format}. */
@Command(
    name = "format",
    mixinStandardHelpOptions = true,
    description = "Brings plans into the usual layout; every comment stays.")
final class FormatCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Plan files; folders, for all plans below; - for standard input, to standard output.")
  List<Path> files;

  @Option(
      names = "--check",
      description = "Change nothing; name the files that would be changed, and end with 1 then.")
  boolean check;

  @Override
  public Integer call() throws IOException {
    var problems = new Problems();
    boolean differs = false;
    for (var file : PlanFinder.plans(files)) differs |= format(file, problems);
    var terminal = spec.commandLine();
    terminal.getErr().print(Renderer.render(problems.sorted()));
    terminal.getErr().flush();
    terminal.getOut().flush();
    return problems.hasErrors() || check && differs ? Exit.FAILED : Exit.OK;
  }

  /** Whether the file was not in its layout. */
  private boolean format(Path file, Problems problems) throws IOException {
    boolean piped = file.equals(PlanFinder.STDIN);
    var source = piped ? PlanFinder.piped(problems) : PlanLoader.source(file, problems);
    var formatted = source.flatMap(s -> PlanLayout.format(s, problems));
    if (formatted.isEmpty()) return false;
    boolean differs = !formatted.get().equals(source.get().text());
    var out = spec.commandLine().getOut();
    if (piped && !check) out.print(formatted.get());
    else if (differs) {
      if (!check && !write(file, formatted.get(), problems)) return true;
      out.println(file);
    }
    return differs;
  }

  private static boolean write(Path file, String text, Problems problems) {
    try {
      AtomicFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IOException e) {
      problems.error(
          Code.FILE_UNREADABLE,
          new Span(new Source(file.toString(), ""), 0, 0),
          "The file cannot be written.",
          "Look whether you may write it and its folder, and whether there is space.");
      return false;
    }
  }
}
