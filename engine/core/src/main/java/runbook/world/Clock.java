package runbook.world;

import java.time.Duration;
import java.time.Instant;

/** The time, and waiting. */
public interface Clock {
  Instant now();

  /** Waits; a {@link Failure} of kind {@code STOPPED} when the thread is interrupted meanwhile. */
  void sleep(Duration duration);
}
