package runbook.sandbox.linode;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import runbook.sandbox.time.SandboxClock;

/** What is under way in the storage. */
final class Progress implements AutoCloseable {
  /** How long what was interrupted may take to end. */
  private static final Duration END = Duration.ofSeconds(10);

  private final SandboxClock clock;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Progress(SandboxClock clock) {
    this.clock = clock;
  }

  /** A step that may wait. */
  @FunctionalInterface
  interface Step {
    void run() throws InterruptedException;
  }

  void begin(Duration delay, Step step) {
    var thread =
        Thread.ofVirtual()
            .name("volume")
            .unstarted(() -> {
              try {
                clock.sleep(delay);
                step.run();
              } catch (InterruptedException e) {
                // the storage is closed
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
    threads.add(thread);
    thread.start();
    if (closed) thread.interrupt();
  }

  @Override
  public void close() {
    closed = true;
    try {
      for (var thread : threads) {
        thread.interrupt();
        thread.join(END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
