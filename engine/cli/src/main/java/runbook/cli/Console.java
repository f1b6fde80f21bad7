package runbook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import runbook.diag.Renderer;
import runbook.plan.Plan;
import runbook.run.Event;
import runbook.run.Watcher;
import runbook.type.Durations;
import runbook.world.Failure;

/** Shows a run as plain lines with times, and asks. */
final class Console implements Watcher {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final Duration BETWEEN_BYTES = Duration.ofSeconds(2);

  private final PrintWriter err;
  private final boolean yes;
  private volatile String run = "";
  private volatile String prompt = "";
  private final Object asking = new Object();
  private final Map<String, Instant> lastBytes = new HashMap<>();

  Console(PrintWriter err, boolean yes) {
    this.err = err;
    this.yes = yes;
  }

  void begins(Plan plan) {
    err.println(plan.title().orElse(plan.name()) + " (" + plan.source().name() + ")");
    err.flush();
  }

  /** Which run this is, as soon as it has a name. */
  void run(String id) {
    run = id;
  }

  /** The process is told to end in the middle. */
  void interrupted() {
    if (run.isEmpty()) return;
    err.println();
    err.println("plan: interrupted. A command that runs goes on meanwhile, and nothing is lost.");
    err.println("  to go on:  " + Main.command() + " resume " + run);
    err.flush();
  }

  @Override
  public void journalled(Event event) {
    switch (event) {
      case Event.Began e -> {
        run(e.run());
        line(e.at(), "", "run " + e.run());
      }
      case Event.Resumed e -> line(e.at(), "", "the run goes on");
      case Event.Started e ->
          line(
              e.at(),
              e.step(),
              e.title().orElse(e.action())
                  + (e.attempt() > 1 ? " (attempt " + e.attempt() + ")" : ""));
      case Event.Finished e -> line(e.at(), e.step(), "done in " + Durations.human(e.took()));
      case Event.Failed e -> line(e.at(), e.step(), "FAILED: " + e.message());
      case Event.Skipped e -> line(e.at(), e.step(), "skipped, its condition does not hold");
      case Event.Recovered e -> line(e.at(), e.step(), e.reason());
      case Event.Passed e ->
          line(
              e.at(),
              e.checkpoint(),
              "checkpoint passed" + (e.by().isEmpty() ? "" : ", confirmed by " + e.by()));
      case Event.Noted _, Event.Ended _ -> {}
    }
  }

  @Override
  public void said(String step, String text) {
    line(Instant.now(), step, text);
  }

  @Override
  public void bytes(String step, long done, long total) {
    var now = Instant.now();
    var last = lastBytes.putIfAbsent(step, now);
    if (last == null || Duration.between(last, now).compareTo(BETWEEN_BYTES) < 0) return;
    lastBytes.put(step, now);
    line(
        now,
        step,
        total < 0
            ? size(done)
            : size(done) + " of " + size(total) + " (" + done * 100 / Math.max(1, total) + " %)");
  }

  static String size(long bytes) {
    if (bytes < 10_000) return bytes + " B";
    if (bytes < 10_000_000) return bytes / 1000 + " kB";
    return bytes / 1_000_000 + " MB";
  }

  private void line(Instant at, String step, String text) {
    var time = LocalTime.ofInstant(at, ZoneId.systemDefault()).format(TIME);
    // another branch may speak while a question waits: then the question is put again
    var open = prompt;
    if (!open.isEmpty()) err.println();
    err.println(Renderer.printable(time + "  " + pad(step) + "  " + text));
    err.print(open);
    err.flush();
  }

  private static String pad(String step) {
    return step.length() >= 16 ? step : step + " ".repeat(16 - step.length());
  }

  @Override
  public Answer confirm(String checkpoint, String question) {
    if (yes) return new Answer(true, "--yes");
    return decide(checkpoint, question);
  }

  @Override
  public Answer decide(String step, String question) {
    // one question at a time
    synchronized (asking) {
      line(Instant.now(), step, question);
      if (System.console() == null || !System.console().isTerminal()) {
        line(Instant.now(), step, "nobody can answer, since this is not a terminal");
        return new Answer(false, "nobody");
      }
      forgetTyped();
      prompt = " ".repeat(10) + step + ": type `yes` to go on, anything else stops here: ";
      err.print(prompt);
      err.flush();
      try {
        var answer = System.console().readLine();
        boolean agreed = answer != null && answer.strip().equalsIgnoreCase("yes");
        if (answer == null) err.println();
        return new Answer(agreed, System.getProperty("user.name", "operator"));
      } finally {
        prompt = "";
      }
    }
  }

  /** What was typed before the question is no answer to it. */
  private static void forgetTyped() {
    try {
      while (System.in.available() > 0) System.in.skipNBytes(System.in.available());
    } catch (IOException e) {
      // then nothing was typed
    }
  }

  /** A failure, with the other side's own words and the remedy. */
  static void explain(Failure f, PrintWriter err) {
    err.println("plan: " + Renderer.printable(String.valueOf(f.getMessage())));
    f.detail().ifPresent(d -> d.lines().forEach(l -> err.println("    " + Renderer.printable(l))));
    f.remedy()
        .ifPresent(r -> r.lines().forEach(l -> err.println("  hint: " + Renderer.printable(l))));
    err.flush();
  }
}
