package runbook.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A line of the journal: what happened, when. Values are in their written form; a secret never is.
 */
public sealed interface Event {
  Instant at();

  /**
   * The first line.
   *
   * @param version of the journal's form
   * @param file of the plan
   * @param sha256 of its text
   * @param operator who began it, as user@host
   */
  record Began(
      Instant at,
      long version,
      String run,
      String plan,
      String file,
      String sha256,
      String operator,
      Map<String, Object> parameters)
      implements Event {}

  /** A later process goes on with the run. */
  record Resumed(Instant at, String sha256, String operator) implements Event {}

  /**
   * An action begins.
   *
   * @param attempt from 1
   * @param arguments as they were resolved
   */
  record Started(
      Instant at,
      String step,
      Optional<String> title,
      String action,
      long attempt,
      Map<String, Object> arguments)
      implements Event {}

  /** What an action must not forget. */
  record Noted(Instant at, String step, String name, Object value) implements Event {}

  /** What {@code recover} decided about an action that had begun. */
  record Recovered(Instant at, String step, String decision, String reason) implements Event {}

  /** An action, or all items of one, ended well; outputs are a map, or a list of maps. */
  record Finished(Instant at, String step, Object outputs, Duration took) implements Event {}

  record Failed(
      Instant at,
      String step,
      String kind,
      String message,
      Optional<String> detail,
      Optional<String> remedy,
      Duration took)
      implements Event {}

  /** Its {@code when} was false. */
  record Skipped(Instant at, String step) implements Event {}

  /** A checkpoint was passed; {@code by} says who answered. */
  record Passed(Instant at, String checkpoint, Optional<String> asked, String by)
      implements Event {}

  /** The process ends here. */
  record Ended(Instant at, Outcome outcome, Optional<String> step, Optional<String> reason)
      implements Event {}

  /** How a process left the run. */
  enum Outcome {
    /** All steps are done. */
    DONE,
    /** A step failed. */
    FAILED,
    /** It can go on whenever somebody says so. */
    STOPPED
  }
}
