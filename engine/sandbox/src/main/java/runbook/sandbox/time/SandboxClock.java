package runbook.sandbox.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A clock that can run faster than the real one, be moved on, and jump. */
public final class SandboxClock implements InstantSource {
  /** The fastest that it runs: a day in less than a second. */
  public static final double FASTEST = 100_000;

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // all guarded by the lock: the state at the last change, and what is added since
  private double factor;
  private long since = System.nanoTime();
  private Duration elapsed = Duration.ZERO;
  private Instant zero = Instant.now();

  private SandboxClock(double factor) {
    this.factor = factor;
  }

  /** A clock that goes as the machine's does. */
  public static SandboxClock real() {
    return new SandboxClock(1);
  }

  /**
   * @param factor seconds of the sandbox in a real one; above 0, at most {@link #FASTEST}
   */
  public static SandboxClock fast(double factor) {
    return new SandboxClock(checked(factor));
  }

  private static double checked(double factor) {
    if (!(factor > 0 && factor <= FASTEST))
      throw new IllegalArgumentException(
          "A clock runs more than 0 and at most " + (long) FASTEST + " times as fast.");
    return factor;
  }

  /** What the wall clock says. */
  @Override
  public Instant instant() {
    lock.lock();
    try {
      return zero.plus(passed());
    } finally {
      lock.unlock();
    }
  }

  /** How much time has passed since the clock was made; it never goes back. */
  public Duration elapsed() {
    lock.lock();
    try {
      return passed();
    } finally {
      lock.unlock();
    }
  }

  private Duration passed() {
    return elapsed.plusNanos((long) ((System.nanoTime() - since) * factor));
  }

  /** Seconds of the sandbox in a real one. */
  public double factor() {
    lock.lock();
    try {
      return factor;
    } finally {
      lock.unlock();
    }
  }

  /** From now on it runs that many times as fast; waits under way are shortened or lengthened. */
  public void run(double newFactor) {
    checked(newFactor);
    change(() -> factor = newFactor);
  }

  /** Lets time pass at once: waits that end within it are over. */
  public void pass(Duration time) {
    if (time.isNegative()) throw new IllegalArgumentException("Time does not go back.");
    change(() -> elapsed = elapsed.plus(time));
  }

  /** The wall clock jumps, forward or back, as when it is set; waits are not touched. */
  public void jump(Duration by) {
    change(() -> zero = zero.plus(by));
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      elapsed = passed();
      since = System.nanoTime();
      how.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for so much of the sandbox's time. */
  public void sleep(Duration time) throws InterruptedException {
    deadline(time).await();
  }

  /** The moment when so much time will have passed. */
  public Deadline deadline(Duration time) {
    return new Deadline(this, elapsed().plus(time.compareTo(LONGEST) > 0 ? LONGEST : time));
  }

  /** The real time that so much of the sandbox's time takes, at the speed of now. */
  public Duration real(Duration time) {
    return Duration.ofNanos((long) (time.toNanos() / factor()));
  }

  /** Runs a task when so much time has passed, on a thread of its own; interrupting it cancels. */
  public Thread after(Duration time, Runnable task) {
    var due = deadline(time);
    return Thread.ofVirtual()
        .name("later")
        .start(() -> {
          try {
            due.await();
            task.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  void await(Duration due) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (Duration left; (left = due.minus(passed())).isPositive(); ) {
        // rounded up, and never longer than the condition can wait
        double nanos = Math.ceil(left.toSeconds() * 1e9 / factor + left.toNanosPart() / factor);
        changed.await((long) Math.min(nanos + 1, Long.MAX_VALUE / 2.0), TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }
}
