package runbook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import runbook.diag.Renderer;
import runbook.plan.Plan;
import runbook.plan.Step;
import runbook.run.Event;
import runbook.run.Journal;
import runbook.run.Ledger;
import runbook.run.RunFolder;
import runbook.run.Runner;

/** The last lines of a run: how it ended, where the world stands, what to type. */
final class Summary {
  private final PrintWriter err;
  private final Path home;

  Summary(PrintWriter err, Path home) {
    this.err = err;
    this.home = home;
  }

  int print(Plan plan, Runner.Run run) throws IOException {
    var events = Journal.read(run.folder().journal()).events();
    var ledger = new Ledger(events);
    err.println();
    switch (run.outcome()) {
      case DONE -> err.println("Done: " + (plan.title().orElse(plan.name())) + ".");
      case FAILED -> failed(plan, run, ledger);
      case STOPPED -> stopped(plan, run, ledger);
    }
    leftovers(ledger);
    var command = Main.command() + " show " + run.folder().id() + option();
    err.println(
        run.outcome() == Event.Outcome.DONE
            ? "  to look:   " + command
            : "  to look:   " + command + "\n  its files: " + run.folder().path());
    err.flush();
    return switch (run.outcome()) {
      case DONE -> Exit.OK;
      case FAILED -> Exit.FAILED;
      case STOPPED -> Exit.STOPPED;
    };
  }

  private void failed(Plan plan, Runner.Run run, Ledger ledger) {
    var step = run.step().orElse("");
    err.println("FAILED at `" + step + "`.");
    run.failure().ifPresent(f -> Console.explain(f, err));
    state(plan, ledger);
    if (Files.exists(run.folder().output(step)))
      err.println("  output:    " + run.folder().output(step));
    err.println("  to go on:  " + Main.command() + " resume " + run.folder().id() + option());
  }

  private void stopped(Plan plan, Runner.Run run, Ledger ledger) {
    err.println("Stopped: " + run.failure().map(Throwable::getMessage).orElse(""));
    state(plan, ledger);
    var command = Main.command() + " resume " + run.folder().id() + option();
    err.println("  to go on:  " + command);
    if (run.step().filter(s -> isCheckpoint(plan.steps(), s)).isPresent())
      err.println("  with yes:  " + command + " --yes");
  }

  private static boolean isCheckpoint(List<Step> steps, String name) {
    return Step.flat(steps)
        .anyMatch(step ->
            switch (step) {
              case Step.Checkpoint c -> c.name().equals(name);
              case Step.Use u when name.startsWith(u.controls().key() + ".") ->
                  isCheckpoint(
                      u.plan().map(Plan::steps).orElse(List.of()),
                      name.substring(u.controls().key().length() + 1));
              case Step.Use _, Step.Parallel _, Step.Act _ -> false;
            });
  }

  private void state(Plan plan, Ledger ledger) {
    var done = new ArrayList<String>();
    var left = new ArrayList<String>();
    for (var key : Plans.keys(plan.steps())) {
      boolean ended =
          ledger.outputs(key).isPresent() || ledger.isPassed(key) || ledger.isSkipped(key);
      (ended ? done : left).add(key);
    }
    err.println("  done:      " + (done.isEmpty() ? "nothing" : String.join(", ", done)));
    err.println("  not done:  " + String.join(", ", left));
  }

  /** What steps say stays behind. */
  private void leftovers(Ledger ledger) {
    var lines = new ArrayList<String>();
    ledger
        .finished()
        .values()
        .forEach(outputs -> {
          if (outputs instanceof Map<?, ?> map && map.get("leftovers") instanceof List<?> list)
            list.forEach(l -> lines.add(String.valueOf(l)));
        });
    if (lines.isEmpty()) return;
    err.println("Left behind:");
    lines.forEach(l -> err.println("  - " + Renderer.printable(l)));
  }

  private String option() {
    return home.equals(Path.of(".plan")) ? "" : " --home " + home;
  }

  static RunFolder newest(Path home) throws IOException {
    var all = RunFolder.all(home);
    if (all.isEmpty())
      throw runbook.world.Failure.refused(
          "There is no run yet.", "Begin one with `plan execute FILE`.");
    return all.getLast();
  }
}
