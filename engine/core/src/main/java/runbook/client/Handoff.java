package runbook.client;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What comes from a connection, on its way from the connection's thread to the caller's. It holds a
 * few pieces only, so a caller that is slow slows the sender; and what a caller gets, it gets in
 * its own thread and never after it has turned away.
 */
final class Handoff<T> {
  private static final int PIECES = 8;

  private final BlockingQueue<T> pieces = new ArrayBlockingQueue<>(PIECES);
  private volatile boolean closed;

  /** Waits for room. What nobody takes any more is thrown away. */
  void put(T piece) {
    try {
      while (!closed && !pieces.offer(piece, 100, TimeUnit.MILLISECONDS)) {
        // the caller may turn away at any time: look again
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The next piece; nothing when none came in time.
   *
   * @param until as {@link System#nanoTime} counts
   */
  Optional<T> take(long until) throws InterruptedException {
    return Optional.ofNullable(
        pieces.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS));
  }

  /** The caller takes no more. */
  void close() {
    closed = true;
    pieces.clear();
  }
}
