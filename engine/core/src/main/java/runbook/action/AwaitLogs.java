package runbook.action;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import runbook.type.FileRef;
import runbook.world.Failure;

/** Follows the logs of a container until a pattern came, or for a while. */
@Declares(
    effect = Effect.READ,
    doc = "Follows the logs of a container until a pattern came, or for a while.")
public record AwaitLogs(
    @Doc("Place whose logs are read.") @NamesPlace String in,
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

  public AwaitLogs {
    if (in.equals(FileRef.LOCAL))
      throw new IllegalArgumentException(
          "`in` has to be a place in the cluster: `local` has no log.");
    if (pattern.isEmpty() && watch.isEmpty())
      throw new IllegalArgumentException("Give `pattern`, `watch` or both.");
    if (pattern.isEmpty() && count.isPresent())
      throw new IllegalArgumentException("`count` is of use together with `pattern` only.");
    if (count.filter(c -> c < 1).isPresent())
      throw new IllegalArgumentException("`count` has to be 1 or more.");
    pattern.ifPresent(p -> Patterns.check("pattern", p));
    failOn.orElse(List.of()).forEach(p -> Patterns.check("failOn", p));
  }

  private Place.InPod place(ActionContext context) {
    if (context.place(in) instanceof Place.InPod pod) return pod;
    throw Failure.refused(
        "Place `" + in + "` has no log.", "Name a place that is a container of a pod.");
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    return List.of(PodFinder.finding(context, place(context)));
  }

  /**
   * Waits for the pattern in all that the container has written since it started; without a
   * pattern, watches what comes from now on.
   */
  @Override
  public Done run(ActionContext context) {
    var began = began(context);
    var follower =
        new LogFollower(
            context,
            place(context),
            pattern.map(Pattern::compile),
            failOn.orElse(List.of()).stream().map(Pattern::compile).toList(),
            pattern.isPresent() ? Instant.EPOCH : began);
    try {
      if (pattern.isPresent()) follower.awaitMatches(count.orElse(1L));
      var from = pattern.isPresent() ? context.world().clock().now() : began;
      watch.ifPresent(w -> follower.watch(from.plus(w)));
    } catch (Failure f) {
      if (f.kind() != Failure.Kind.TIMEOUT) throw f;
      throw Failure.timeout(
              pattern
                      .map(p ->
                          "Of %d lines that `%s` finds in the log of place `%s`, %d came"
                              .formatted(count.orElse(1L), p, in, follower.matches().size()))
                      .orElse("The log of place `" + in + "` could not be watched long enough")
                  + " within the step's time limit.")
          .withDetail(follower.lastLines());
    }
    return new Done(follower.matches(), follower.lines());
  }

  /** When the step began, also if that was in another process. */
  private static Instant began(ActionContext context) {
    var known = context.facts().text("began").map(Instant::parse);
    if (known.isPresent()) return known.get();
    var now = context.world().clock().now();
    context.facts().record("began", now.toString());
    return now;
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return new Recovery.Repeat<>("It only reads.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    return new Reversal.Nothing("It only read.");
  }
}
