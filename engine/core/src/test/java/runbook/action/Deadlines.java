package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** Waiting in tests, never without a limit. */
final class Deadlines {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Deadlines() {}

  static void until(String what, Callable<Boolean> so) throws Exception {
    until(what, LIMIT, so);
  }

  static void until(String what, Duration limit, Callable<Boolean> so) throws Exception {
    for (var end = Instant.now().plus(limit); !so.call(); Thread.sleep(10))
      assertThat(Instant.now()).as("waiting until " + what).isBefore(end);
  }

  static void join(Thread thread) throws InterruptedException {
    assertThat(thread.join(LIMIT)).as("the thread has ended").isTrue();
  }
}
