package runbook.client;

import java.time.Duration;
import java.time.Instant;
import runbook.world.Clock;
import runbook.world.Failure;

/** This machine's time. */
public final class SystemClock implements Clock {
  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted while it waited.");
    }
  }
}
