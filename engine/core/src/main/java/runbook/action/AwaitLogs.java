package runbook.action;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Follows the logs of a container until a pattern came, or for a while. */
@Declares(
    effect = Effect.READ,
    doc = "Follows the logs of a container until a pattern came, or for a while.")
public record AwaitLogs(
    @Doc("Place whose logs are read.") String in,
    @Doc("Regular expression to wait for.") Optional<String> pattern,
    @Doc("How many matching lines to wait for; 1 unless given.") Optional<Long> count,
    @Doc("Regular expressions; a line that one of them finds is a failure.")
        Optional<List<String>> failOn,
    @Doc("How long to watch when there is no pattern, or after it came.") Optional<Duration> watch)
    implements Action<AwaitLogs.Done> {

  /** What the step gives. */
  public record Done(
      @Doc("Lines that matched.") List<String> matches,
      @Doc("How many lines were read.") long lines)
      implements Output {}

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
