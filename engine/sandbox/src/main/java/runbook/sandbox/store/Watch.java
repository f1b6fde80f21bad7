package runbook.sandbox.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import runbook.sandbox.schema.Resource;

/** The changes of one resource, in their order, none left out. */
public final class Watch implements AutoCloseable {
  private final Resource resource;
  private final Optional<String> namespace;
  private final Consumer<Watch> closing;
  private final ArrayDeque<Change> waiting = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private boolean ended;

  Watch(Resource resource, Optional<String> namespace, Consumer<Watch> closing) {
    this.resource = resource;
    this.namespace = namespace;
    this.closing = closing;
  }

  void offer(Change change) {
    if (!change.resource().equals(resource)) return;
    var in = change.object().path("metadata").path("namespace").asText();
    if (!namespace.map(in::equals).orElse(true)) return;
    lock.lock();
    try {
      waiting.add(change);
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next change; empty when none came in this time, or none will. */
  public Optional<Change> next(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long nanos = limit.toNanos();
      while (waiting.isEmpty() && !ended && nanos > 0) nanos = news.awaitNanos(nanos);
      return Optional.ofNullable(waiting.poll());
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing comes any more. */
  public boolean hasEnded() {
    lock.lock();
    try {
      return ended && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closing.accept(this);
    end();
  }
}
