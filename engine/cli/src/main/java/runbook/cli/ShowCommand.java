package runbook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.diag.Renderer;
import runbook.run.Event;
import runbook.run.Journal;
import runbook.run.Ledger;
import runbook.run.RunFolder;
import runbook.run.Runner;
import runbook.type.Durations;

/** {@code plan show}. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "Shows what a run did.")
final class ShowCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Id of the run, or its beginning; the newest unless given.")
  Optional<String> id = Optional.empty();

  @Mixin Home home;

  @Override
  public Integer call() throws IOException {
    var folder = id.isPresent() ? RunFolder.find(home.path, id.get()) : Summary.newest(home.path);
    var contents = Journal.read(folder.journal());
    var began = Runner.began(contents.events(), folder);
    var out = spec.commandLine().getOut();
    out.println("run       " + folder.id());
    out.println("plan      " + began.plan() + ", " + began.file());
    out.println("operator  " + began.operator());
    out.println("state     " + RunsCommand.stateOf(contents.events()));
    out.println("files     " + folder.path());
    out.println();
    var ledger = new Ledger(contents.events());
    for (var event : contents.events()) {
      // what a step noted for itself is of interest while nobody knows how it ended
      boolean past = event instanceof Event.Noted n && ledger.outputs(n.step()).isPresent();
      if (!past) show(out, event);
    }
    if (contents.torn()) out.println("(the last line of the journal was torn by a crash)");
    return Exit.OK;
  }

  private static void show(PrintWriter out, Event event) {
    var time = TIME.format(event.at()) + "  ";
    switch (event) {
      case Event.Began _ -> {}
      case Event.Resumed e -> out.println(time + "the run went on, by " + e.operator());
      case Event.Started e ->
          out.println(
              time
                  + e.step()
                  + ": "
                  + e.title().orElse(e.action())
                  + (e.attempt() > 1 ? " (attempt " + e.attempt() + ")" : ""));
      case Event.Noted e -> out.println(time + "    noted " + e.name() + " = " + brief(e.value()));
      case Event.Recovered e ->
          out.println(time + "    " + e.decision() + ": " + Renderer.printable(e.reason()));
      case Event.Finished e -> {
        out.println(time + e.step() + ": done in " + Durations.human(e.took()));
        if (e.outputs() instanceof Map<?, ?> map)
          map.forEach((k, v) -> {
            if (!isEmpty(v)) out.println("            " + k + " = " + brief(v));
          });
      }
      case Event.Failed e -> {
        out.println(
            time + e.step() + ": FAILED (" + e.kind() + "): " + Renderer.printable(e.message()));
        e.detail()
            .ifPresent(
                d -> d.lines().forEach(l -> out.println("            " + Renderer.printable(l))));
      }
      case Event.Skipped e -> out.println(time + e.step() + ": skipped");
      case Event.Passed e ->
          out.println(
              time
                  + e.checkpoint()
                  + ": passed"
                  + (e.by().isEmpty() ? "" : ", confirmed by " + e.by()));
      case Event.Ended e ->
          out.println(
              time
                  + "ended: "
                  + e.outcome().name().toLowerCase()
                  + e.reason().map(r -> ", " + Renderer.printable(r)).orElse(""));
    }
  }

  /** Maps by their keys, without what is empty. */
  private static Object plain(Object value) {
    if (!(value instanceof Map<?, ?> map)) return value;
    var out = new TreeMap<String, Object>();
    map.forEach((k, v) -> {
      if (!isEmpty(v)) out.put(String.valueOf(k), plain(v));
    });
    return out;
  }

  private static boolean isEmpty(Object value) {
    return value.equals("") || value.equals(List.of()) || value.equals(Map.of());
  }

  private static String brief(Object value) {
    var text = Renderer.printable(String.valueOf(plain(value)).replace("\n", "⏎"));
    return text.length() <= 160 ? text : text.substring(0, 159) + "…";
  }
}
