package runbook.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import runbook.world.Failure;

/** Entry of the program. */
@Command(
    name = "plan",
    version = "plan 1.0",
    mixinStandardHelpOptions = true,
    description = "Checks a runbook, carries it out, and goes on where it was.",
    subcommands = {
      ValidateCommand.class,
      FormatCommand.class,
      SchemaCommand.class,
      ExecuteCommand.class,
      ResumeCommand.class,
      RunsCommand.class,
      ShowCommand.class,
      LspCommand.class
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

  public static void main(String[] arguments) {
    System.exit(
        run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    var validation = Validation.simple(arguments);
    if (validation.isEmpty()) return commandLine(out, err, arguments);
    try {
      return validation.get().run(out, err);
    } catch (Exception e) {
      return explain(e, err);
    }
  }

  private static int commandLine(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(UsageFault::explain)
        .setExecutionExceptionHandler((e, command, _) -> explain(e, command.getErr()))
        .execute(arguments);
  }

  /** A failure is the user's to read; anything else is our defect, and says so. */
  private static int explain(Exception e, PrintWriter err) {
    if (e instanceof Failure f) {
      Console.explain(f, err);
      return Exit.FAILED;
    }
    err.println(
        "plan: this is a defect of plan, not of your plan. Please report it with these lines:");
    e.printStackTrace(err);
    return Exit.FAILED;
  }
}
