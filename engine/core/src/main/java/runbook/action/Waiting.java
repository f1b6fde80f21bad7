package runbook.action;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import runbook.world.Failure;
import runbook.world.Failure.Kind;

/** Looks again and again until something is so, at most until the step's deadline. */
final class Waiting {
  /** Often enough for people, seldom enough for Linode's limit of 200 lists a minute. */
  static final Duration EVERY = Duration.ofSeconds(2);

  private final ActionContext context;
  private String said = "";

  Waiting(ActionContext context) {
    this.context = context;
  }

  /** Tells the operator, unless it is what was said last. */
  void say(String line) {
    if (line.equals(said)) return;
    said = line;
    context.progress().say(line);
  }

  /**
   * @param look the result, or empty to look again
   * @param late what to say when the time is up
   */
  <T> T until(Supplier<Optional<T>> look, Supplier<Failure> late) {
    var silence = Optional.<Failure>empty();
    while (true) {
      try {
        var found = look.get();
        if (found.isPresent()) return found.get();
        silence = Optional.empty();
      } catch (Failure e) {
        // waiting changes nothing, so an outage meanwhile costs time and nothing else
        if (e.kind() != Kind.UNREACHABLE) throw e;
        silence = Optional.of(e);
        say(e.getMessage() + " Still trying.");
      }
      try {
        context.pause(EVERY);
      } catch (Failure e) {
        if (e.kind() != Kind.TIMEOUT) throw e;
        throw silence.map(Waiting::unanswered).orElseGet(() -> told(late));
      }
    }
  }

  /** As {@link #until}, for what has no result. */
  void untilTrue(BooleanSupplier look, Supplier<Failure> late) {
    until(() -> look.getAsBoolean() ? Optional.of(true) : Optional.empty(), late);
  }

  private static Failure unanswered(Failure silence) {
    return Failure.timeout("The time limit passed without an answer.")
        .withDetail(silence.getMessage() + silence.detail().map(d -> "\n" + d).orElse(""));
  }

  /** The reason is looked up in the world, which may be out of order just then. */
  private static Failure told(Supplier<Failure> late) {
    try {
      return late.get();
    } catch (Failure e) {
      if (e.kind() != Kind.UNREACHABLE) throw e;
      return unanswered(e);
    }
  }

  /** The lines that a function gives for each item, as one detail. */
  static <T> String lines(Iterable<T> items, Function<T, String> line) {
    var out = new StringBuilder();
    for (var item : items) out.append(out.isEmpty() ? "" : "\n").append(line.apply(item));
    return out.toString();
  }
}
