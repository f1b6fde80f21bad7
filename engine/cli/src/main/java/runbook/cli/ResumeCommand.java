package runbook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.diag.Problems;
import runbook.plan.Plan;
import runbook.run.Event;
import runbook.run.Journal;
import runbook.run.ParameterValues;
import runbook.run.RunFolder;
import runbook.run.Runner;
import runbook.type.Type;
import runbook.world.Failure;

/** {@code plan resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Goes on with a run where it was.")
final class ResumeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Id of the run, or its beginning; the newest unless given.")
  Optional<String> id = Optional.empty();

  @Option(names = "--yes", description = "Confirm every checkpoint.")
  boolean yes;

  @Option(names = "--until", paramLabel = "STEP", description = "Stop after this step.")
  Optional<String> until = Optional.empty();

  @Mixin Home home;

  @Override
  public Integer call() throws IOException {
    var folder = id.isPresent() ? RunFolder.find(home.path, id.get()) : Summary.newest(home.path);
    var contents = Journal.read(folder.journal());
    var began = Runner.began(contents.events(), folder);
    if (contents.torn())
      spec.commandLine()
          .getErr()
          .println("The last line of the journal was torn by a crash; it is cut off.");
    if (contents.events().getLast() instanceof Event.Ended e && e.outcome() == Event.Outcome.DONE) {
      spec.commandLine()
          .getErr()
          .println("The run `" + folder.id() + "` is done; there is nothing to go on with.");
      return Exit.OK;
    }
    var plan = Plans.load(Path.of(began.file()), new Problems(), spec);
    if (plan.isEmpty()) return Exit.FAILED;
    boolean alone = plan.get().all().size() == 1;
    if (!Runner.sha256(plan.get()).equals(began.sha256())) {
      throw Failure.refused(
          "The plan `"
              + began.file()
              + (alone ? "`" : "`, or one that it uses,")
              + " has changed since the run began.",
          "Put it back as it was; the run keeps a copy: "
              + folder.plan()
              + " and, of used ones, in `used`");
    }
    Plans.stepExists(plan.get(), until, spec);
    var parameters =
        ParameterValues.resolve(
            plan.get(), Map.of(), journalled(plan.get(), began), System.getenv());
    var console = new Console(spec.commandLine().getErr(), yes);
    console.run(folder.id());
    try (var wiring = new Wiring();
        var _ = new Interruption(console)) {
      console.begins(plan.get());
      var run = Runner.resume(plan.get(), folder, parameters, wiring, console, until);
      return new Summary(spec.commandLine().getErr(), home.path).print(plan.get(), run);
    }
  }

  /** Values as the first process had them; only secrets are read anew. */
  private static Map<String, Object> journalled(Plan plan, Event.Began began) {
    var values = new LinkedHashMap<>(began.parameters());
    plan.parameters().values().stream()
        .filter(p -> p.type() == Type.Simple.SECRET)
        .forEach(p -> values.remove(p.name()));
    return values;
  }
}
