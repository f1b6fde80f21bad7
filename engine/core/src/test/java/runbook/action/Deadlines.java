package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

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

  /** What a test does beside itself; what fails there fails the test. */
  record Beside(FutureTask<Void> task, Thread thread) {
    interface Work {
      void run() throws Exception;
    }

    static Beside start(Work work) {
      var task =
          new FutureTask<Void>(() -> {
            work.run();
            return null;
          });
      return new Beside(task, Thread.ofVirtual().start(task));
    }

    void interrupt() {
      thread.interrupt();
    }

    void join() throws Exception {
      task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
