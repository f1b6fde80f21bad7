package runbook.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands. */
@Command(
    name = "plan",
    version = "plan 1.0",
    mixinStandardHelpOptions = true,
    description = "Checks a runbook, carries it out, and goes on where it was.",
    subcommands = {
      ValidateCommand.class,
      FormatCommand.class,
      SchemaCommand.class,
      PreflightCommand.class,
      ExecuteCommand.class,
      RehearseCommand.class,
      SandboxCommand.class,
      ResumeCommand.class,
      RunsCommand.class,
      ShowCommand.class,
      LspCommand.class,
      CompletionCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is well",
      "1:the plan has problems, or a step failed",
      "2:the command line is wrong",
      "3:the run stopped at a checkpoint or where it was asked to"
    })
final class Main implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Exit.USAGE;
  }

  /** The program as the operator called it, for lines to copy. */
  static String command() {
    return java.util.Optional.ofNullable(System.getenv("PLAN_COMMAND")).orElse("plan");
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(UsageFault::explain)
        .setExecutionExceptionHandler((e, command, _) -> Start.explain(e, command.getErr()))
        .execute(arguments);
  }
}
