package runbook.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import runbook.run.Event;
import runbook.run.Journal;
import runbook.run.RunFolder;
import runbook.world.Failure;

/** {@code plan runs}. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    description = "Lists the runs, newest last.")
final class RunsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Home home;

  @Override
  public Integer call() throws IOException {
    var runs = RunFolder.all(home.path);
    if (runs.isEmpty()) spec.commandLine().getErr().println("There is no run yet.");
    for (var run : runs) {
      spec.commandLine().getOut().printf("%-48s  %s%n", run.id(), state(run));
    }
    return Exit.OK;
  }

  private static String state(RunFolder run) throws IOException {
    try {
      return stateOf(Journal.read(run.journal()).events());
    } catch (Failure e) {
      return e.getMessage();
    }
  }

  static String stateOf(List<Event> events) {
    if (events.isEmpty()) return "did nothing";
    if (!(events.getLast() instanceof Event.Ended e))
      return "running, or interrupted after " + events.size() + " entries";
    return switch (e.outcome()) {
      case DONE -> "done";
      case FAILED -> "failed at `" + e.step().orElse("") + "`";
      case STOPPED -> "stopped at `" + e.step().orElse("") + "`";
    };
  }
}
