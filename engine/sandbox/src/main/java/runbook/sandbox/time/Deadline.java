package runbook.sandbox.time;

import java.time.Duration;

/** A moment in the sandbox's time; jumps of the wall clock do not move it. */
public final class Deadline {
  private final SandboxClock clock;
  private final Duration due;

  Deadline(SandboxClock clock, Duration due) {
    this.clock = clock;
    this.due = due;
  }

  public boolean isOver() {
    return !left().isPositive();
  }

  /** How much of the sandbox's time is left; zero when it is over. */
  public Duration left() {
    var left = due.minus(clock.elapsed());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Waits until it is over. */
  public void await() throws InterruptedException {
    clock.await(due);
  }
}
