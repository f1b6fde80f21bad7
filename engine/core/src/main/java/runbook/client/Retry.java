package runbook.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import runbook.world.Clock;
import runbook.world.Failure;

/**
 * Repeats a call after passing faults: doubling pauses with jitter, or as long as the server says.
 */
final class Retry {
  private static final int ATTEMPTS = 6;
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST_ORDERED = Duration.ofMinutes(6);

  private final Clock clock;

  Retry(Clock clock) {
    this.clock = clock;
  }

  /** An answer that may pass. */
  static final class Passing extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Optional<Duration> after;
    private final boolean untouched;
    private final transient Failure failure;

    /**
     * @param after how long the server wants us to wait
     * @param untouched whether the server certainly did nothing (it refused by its rate limit)
     */
    Passing(Failure failure, Optional<Duration> after, boolean untouched) {
      super(failure);
      this.failure = failure;
      this.after = after;
      this.untouched = untouched;
    }
  }

  /** What to throw where a call is not repeated. */
  static RuntimeException given(RuntimeException up) {
    return up instanceof Passing passing ? passing.failure : up;
  }

  /** A call that throws {@link Passing} when it may succeed later. */
  interface Call<T> {
    T send();
  }

  /**
   * @param harmless whether sending it again can do no harm although the first one may have been
   *     carried out
   */
  <T> T send(boolean harmless, Call<T> call) {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.send();
      } catch (Passing e) {
        var pause = jittered(attempt);
        var wait = e.after.filter(ordered -> ordered.compareTo(pause) > 0).orElse(pause);
        boolean again =
            (harmless || e.untouched) && attempt < ATTEMPTS && wait.compareTo(LONGEST_ORDERED) < 0;
        if (!again) throw e.failure;
        clock.sleep(wait);
      }
    }
  }

  private static Duration jittered(int attempt) {
    long most = FIRST.toMillis() << (attempt - 1);
    return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  /** {@code Retry-After}: seconds, or the date at which to come again. */
  static Optional<Duration> after(String header) {
    if (header == null) return Optional.empty();
    var text = header.strip();
    if (text.matches("\\d{1,6}")) return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    try {
      var at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(Instant.now(), at)).filter(Duration::isPositive);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
