package runbook.action;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.type.Word;

/**
 * Runs a command or a script at a place, detached, so that it survives the loss of the connection.
 */
@Declares(
    effect = Effect.CHANGE,
    doc =
        "Runs a command or a script at a place, detached, so that it survives the loss of the connection.")
public record Exec(
    @Doc("Place where it runs; `local` unless given.") Optional<String> in,
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

  @Override
  public List<Finding> preflight(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Done run(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    throw new UnsupportedOperationException();
  }
}
