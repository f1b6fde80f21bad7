package runbook.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.action.ActionType;
import runbook.diag.Span;
import runbook.expr.Value;

/** A step of a plan. */
public sealed interface Step {
  Controls controls();

  /** These steps and those of their branches, in the plan's order; not those of used plans. */
  static Stream<Step> flat(List<Step> steps) {
    return steps.stream()
        .flatMap(step ->
            step instanceof Parallel p
                ? Stream.concat(Stream.of(p), p.branches().values().stream().flatMap(Step::flat))
                : Stream.of(step));
  }

  /** An action of a type, with its arguments. */
  record Act(Controls controls, Call call) implements Step {}

  /**
   * A named, durable point.
   *
   * @param require conditions that hold here
   * @param ask question for a person
   * @param commit whether rollback behind it would lose what was written since
   */
  record Checkpoint(
      Controls controls,
      String name,
      List<Requirement> require,
      Optional<Value> ask,
      boolean commit)
      implements Step {}

  /** Branches that run side by side; it ends when all have ended. */
  record Parallel(Controls controls, Map<String, List<Step>> branches) implements Step {}

  /**
   * The steps of another plan, as one step.
   *
   * @param file of the other plan, as written
   * @param plan the other plan; empty where it could not be read, which is a problem already
   * @param arguments its parameters
   */
  record Use(Controls controls, String file, Optional<Plan> plan, Value.Fields arguments, Span span)
      implements Step {}

  /**
   * @param otherwise what to say when it does not hold
   */
  record Requirement(Value that, Optional<Value> otherwise, Span span) {}

  /** An action type with arguments. */
  record Call(ActionType type, Map<String, Value> arguments, Span span) {}

  /**
   * What any step may say.
   *
   * @param key names the step in the journal: its id, or its place in the plan
   * @param keep whether what it changes is meant to stay when the plan has ended
   */
  record Controls(
      String key,
      Optional<String> id,
      Optional<Value> title,
      Optional<Value> when,
      Optional<Value> forEach,
      Optional<Duration> timeout,
      Optional<Retry> retry,
      Optional<Undo> undo,
      Optional<Guard> guard,
      boolean keep,
      Span span) {
    /** Of a step that is no action: those that all steps have. */
    static Controls common(
        String key, Optional<String> id, Optional<Value> title, Optional<Value> when, Span span) {
      return new Controls(
          key,
          id,
          title,
          when,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          span);
    }
  }

  /** The checkpoint that a step needs to have been passed. */
  record Guard(String checkpoint, Span span) {}

  /**
   * @param attempts altogether
   * @param delay between them
   * @param on kinds of failures; empty: failed, unreachable and timeout
   */
  record Retry(long attempts, Duration delay, List<String> on, Span span) {
    public static final List<String> KINDS = List.of("refused", "failed", "unreachable", "timeout");
  }

  /** How the step is taken back instead of the action's own way. */
  sealed interface Undo {
    /** By another action. */
    record By(Call call) implements Undo {}

    /** Not at all: it does not need to be. */
    record Nothing() implements Undo {}
  }
}
