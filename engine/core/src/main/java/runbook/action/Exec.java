package runbook.action;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.type.FileRef;
import runbook.type.Word;
import runbook.world.Failure;

/**
 * Runs a command or a script at a place, detached, so that it survives the loss of the connection.
 */
@Declares(
    effect = Effect.CHANGE,
    doc =
        "Runs a command or a script at a place, detached, so that it survives the loss of the connection.")
public record Exec(
    @Doc("Place where it runs; `local` unless given.") @NamesPlace Optional<String> in,
    @Doc("Program and arguments.") Optional<List<String>> command,
    @Doc("Text of a shell script.") Optional<String> script,
    @Doc("File of a shell script that lies beside the plan.") Optional<Path> file,
    @Doc("Which shell reads the script; `sh` unless given.") Optional<Shell.Kind> shell,
    @Doc("Environment variables: the only way of values into a script.")
        Optional<Map<String, Word>> env,
    @Doc("Patterns (regular expressions); a line of output that one of them finds is a failure.")
        Optional<List<String>> failOn,
    @Doc(
            "Lines that are no failure although `failOn` finds them, each with the exact count that is allowed.")
        Optional<List<Allowance>> allow,
    @Doc("Exit codes that mean success; 0 unless given.") Optional<List<Long>> exitCodes)
    implements Action<Exec.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Exit code of the command.") long exitCode,
      @Doc("Its last 64 KiB of output, without the last line break.") String stdout,
      @Doc("Its last 64 KiB of error output.") String stderr,
      @Doc("How long it ran.") Duration took,
      @Doc("Allowances that were not used, or fewer times than allowed.") List<String> warnings)
      implements Output {}

  /** A line that is no failure, and how often it may come. */
  public record Allowance(
      @Doc("Regular expression that finds the line.") String pattern,
      @Doc("How many such lines there are, exactly.") long count) {}

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  public Exec {
    if (Stream.of(command, script, file).filter(Optional::isPresent).count() != 1)
      throw new IllegalArgumentException("Give exactly one of `command`, `script` and `file`.");
    if (command.filter(List::isEmpty).isPresent())
      throw new IllegalArgumentException("`command` needs a program.");
    if (command.isPresent() && shell.isPresent())
      throw new IllegalArgumentException("`shell` reads a `script` or `file`, not a `command`.");
    for (var variable : env.orElse(Map.of()).entrySet()) {
      if (!NAME.matcher(variable.getKey()).matches())
        throw new IllegalArgumentException(
            "`" + variable.getKey() + "` cannot be the name of an environment variable.");
      if (variable.getValue().value().indexOf(0) >= 0)
        throw new IllegalArgumentException(
            "The value of `" + variable.getKey() + "` has a character with the code 0.");
    }
    failOn.orElse(List.of()).forEach(p -> Patterns.check("failOn", p));
    for (var a : allow.orElse(List.of())) {
      Patterns.check("allow", a.pattern());
      if (a.count() < 1)
        throw new IllegalArgumentException(
            "The `count` of `" + a.pattern() + "` has to be 1 or more.");
    }
    if (allow.isPresent() && failOn.isEmpty())
      throw new IllegalArgumentException("`allow` is of use together with `failOn` only.");
    for (var code : exitCodes.orElse(List.of()))
      if (code < 0 || code > 255)
        throw new IllegalArgumentException(
            "`" + code + "` cannot be an exit code: they are 0 to 255.");
  }

  private String place() {
    return in.orElse(FileRef.LOCAL);
  }

  /** What it is called in messages. */
  private String title() {
    return command
        .map(c -> "The command `" + c.getFirst() + "`")
        .or(() -> file.map(f -> "The script `" + f + "`"))
        .orElse("The script");
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var findings = new ArrayList<Finding>();
    file.map(context.folders().plan()::resolve)
        .filter(f -> !Files.isReadable(f))
        .ifPresent(f ->
            findings.add(
                Finding.blocks(
                    "Script `" + file.get() + "`",
                    "There is no such file beside the plan.",
                    "Create " + f + ".")));
    var there =
        switch (context.place(place())) {
          case Place.Here _ -> Optional.of(Shell.here(context));
          case Place.InPod p -> {
            findings.addAll(PodFinder.findings(context, p));
            yield PodFinder.now(context, p).map(f -> Shell.in(context, f.target()));
          }
        };
    var program = shell.map(Enum::name).or(() -> command.map(List::getFirst)).orElse("sh");
    there
        .filter(s -> !s.missing(program).isEmpty())
        .ifPresent(s ->
            findings.add(
                Finding.blocks(
                    "Program `" + program + "`",
                    "It is not to be found on " + s.where() + ".",
                    "Use another, or another place.")));
    return findings;
  }

  @Override
  public Done run(ActionContext context) {
    var facts = context.facts();
    var last = Attempt.last(facts);
    var known = last.flatMap(a -> a.result(facts));
    if (known.isPresent()) return known.get();
    var attempt =
        last.filter(a -> !a.isOver(facts) && a.whyLost(facts).isEmpty())
            .orElseGet(() ->
                Attempt.next(
                    facts,
                    switch (context.place(place())) {
                      case Place.Here _ -> Optional.empty();
                      case Place.InPod p -> Optional.of(PodFinder.find(context, p));
                    }));
    return finish(context, attempt);
  }

  /** Waits for the end of an attempt, and judges it. */
  private Done finish(ActionContext context, Attempt attempt) {
    var facts = context.facts();
    var detached = attempt.detached(context);
    var output =
        new ExecOutput(context.progress(), failOn.orElse(List.of()), allow.orElse(List.of()));
    Detached.State state;
    try {
      state = detached.await(job(context), output.out(), output.err());
    } catch (Failure f) {
      if (f.kind() == Failure.Kind.STOPPED)
        throw Failure.stopped(title() + " goes on running; `plan resume` finds it again.");
      if (f.kind() != Failure.Kind.TIMEOUT) throw f;
      throw cancelled(detached, attempt, facts).withDetail(output.lastLines(20));
    }
    output.finish();
    switch (state) {
      case Detached.State.Ended(int code, var took) -> {
        var done = new Done(code, output.stdout(), output.stderr(), took, output.unused());
        var failure = failure(done, output);
        if (failure.isPresent()) {
          attempt.over(facts);
          if (attempt.target().isEmpty()) detached.remove();
          throw failure.get();
        }
        // here its traces lie in the run's folder and go when the end is journalled
        if (attempt.target().isEmpty()) return done;
        // before its traces go: who comes after a crash finds one or the other
        attempt.succeeded(facts, done);
        detached.remove();
        return done;
      }
      case Detached.State.Lost(var why) -> {
        attempt.lost(facts, why);
        throw Failure.failed(why + " So nobody knows how far the command got.")
            .withDetail(output.lastLines(20));
      }
      case Detached.State.Absent _, Detached.State.Running _ ->
          throw new IllegalStateException("await returned " + state);
    }
  }

  private Failure cancelled(Detached detached, Attempt attempt, Facts facts) {
    if (detached.cancel() instanceof Detached.State.Running)
      return Failure.timeout(
          title()
              + " did not end within the step's time limit, was told to stop, and is still"
              + " running.");
    attempt.over(facts);
    return Failure.timeout(
        title() + " did not end within the step's time limit and was cancelled.");
  }

  private Optional<Failure> failure(Done done, ExecOutput output) {
    if (!exitCodes.orElse(List.of(0L)).contains(done.exitCode))
      return Optional.of(
          Failure.failed(title() + " ended with exit code " + done.exitCode + ".")
              .withDetail(output.lastLines(20)));
    if (output.offences() == 0) return Optional.empty();
    return Optional.of(
        Failure.failed(
                title()
                    + " wrote "
                    + (output.offences() == 1 ? "a line" : output.offences() + " lines")
                    + " that `failOn` finds and `allow` does not cover.")
            .withDetail(String.join("\n", output.offending())));
  }

  private Detached.Job job(ActionContext context) {
    var variables = new LinkedHashMap<String, String>();
    env.orElse(Map.of()).forEach((name, word) -> variables.put(name, word.value()));
    var text =
        command
            .map(c -> "exec " + c.stream().map(Shell::quote).collect(Collectors.joining(" ")))
            .or(() -> script)
            .orElseGet(() -> read(context.folders().plan().resolve(file.orElseThrow())));
    return new Detached.Job(shell.orElse(Shell.Kind.sh), text, variables);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw Failure.failed("The script " + file + " cannot be read.").withDetail(e.toString());
    }
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    var facts = context.facts();
    var last = Attempt.last(facts);
    if (last.isEmpty()) return new Recovery.Repeat<>("It was not started yet.");
    var attempt = last.get();
    var known = attempt.result(facts);
    if (known.isPresent())
      return new Recovery.Done<>(known.get(), "It ended with success, and its result was noted.");
    var whyLost = attempt.whyLost(facts);
    if (whyLost.isPresent()) return unknown(whyLost.get());
    if (attempt.isOver(facts))
      return new Recovery.Repeat<>("Attempt " + attempt.number() + " failed and was reported.");
    return switch (attempt.detached(context).look()) {
      case Detached.State.Absent _ -> new Recovery.Repeat<>("It was not started yet.");
      case Detached.State.Running _ -> new Recovery.Attach<>("It is still running.");
      case Detached.State.Lost(var why) -> {
        attempt.lost(facts, why);
        yield unknown(why);
      }
      case Detached.State.Ended(int code, _)
          when !exitCodes.orElse(List.of(0L)).contains((long) code) ->
          new Recovery.Attach<>("It ended meanwhile with exit code " + code + ".");
      case Detached.State.Ended _ -> {
        try {
          yield new Recovery.Done<>(finish(context, attempt), "It ended meanwhile with success.");
        } catch (Failure f) {
          yield f.kind() == Failure.Kind.FAILED
              ? new Recovery.Repeat<>("It ended meanwhile: " + f.getMessage())
              : new Recovery.Attach<>("It ended meanwhile, but its result could not be read.");
        }
      }
    };
  }

  private static Recovery<Done> unknown(String why) {
    return new Recovery.Ask<>(why + " So nobody knows how far the command got.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    return new Reversal.Impossible(
        "What a script did only its author knows; give the step an `undo`.");
  }
}
