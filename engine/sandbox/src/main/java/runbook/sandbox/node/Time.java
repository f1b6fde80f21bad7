package runbook.sandbox.node;

import java.time.Duration;
import java.time.Instant;

/** The time that a node lives in: a sandbox's can run fast. */
public interface Time {
  Instant now();

  void sleep(Duration duration) throws InterruptedException;

  /** The machine's. */
  Time REAL =
      new Time() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(duration);
        }
      };
}
