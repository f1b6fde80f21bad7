package runbook.sandbox.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/** Runs a controller: hears of changes, and looks at one object after the other. */
final class Loop implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofMillis(50);

  private final Controller controller;
  private final Store store;
  private final SandboxClock clock;
  private final LinkedHashSet<Key> queue = new LinkedHashSet<>();

  /** What is looked at later, by the time of the sandbox that has passed then. */
  private final Map<Duration, Key> later = new TreeMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  Loop(Controller controller, SandboxClock clock) {
    this.controller = controller;
    this.store = controller.store;
    this.clock = clock;
    var name = controller.getClass().getSimpleName();
    for (var resource : controller.watched())
      threads.add(Thread.ofVirtual().name(name + " of " + resource).start(() -> hear(resource)));
    threads.add(Thread.ofVirtual().name(name).start(this::work));
  }

  private void hear(Resource resource) {
    while (!isClosed()) {
      var listed = store.list(resource, Optional.empty(), _ -> true);
      for (var object : listed.items())
        add(new Change(Change.Type.ADDED, resource, listed.version(), object, Optional.empty()));
      try (var watch = store.watch(resource, Optional.empty(), listed.version())) {
        while (!watch.hasEnded() && !isClosed()) watch.next(BEAT).ifPresent(this::add);
        if (watch.hasEnded()) return;
      } catch (StatusException late) {
        // too much happened meanwhile: from the beginning
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void add(Change change) {
    var keys = controller.concerned(change).toList();
    synchronized (this) {
      queue.addAll(keys);
      notifyAll();
    }
  }

  private void work() {
    try {
      for (var key = next(); key.isPresent(); key = next()) {
        var again = look(key.get());
        if (again.isPresent()) {
          synchronized (this) {
            var due = clock.elapsed().plus(again.get());
            while (later.containsKey(due)) due = due.plusNanos(1);
            later.put(due, key.get());
          }
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private Optional<Duration> look(Key key) throws InterruptedException {
    try {
      return controller.reconcile(key);
    } catch (StatusException e) {
      // somebody was faster; what it is now is looked at again
      return Optional.of(AGAIN);
    } catch (RuntimeException e) {
      System.err.println("sandbox: " + controller.getClass().getSimpleName() + " at " + key);
      e.printStackTrace();
      return Optional.of(BEAT);
    }
  }

  private synchronized Optional<Key> next() throws InterruptedException {
    while (!closed) {
      var now = clock.elapsed();
      later
          .entrySet()
          .removeIf(e -> e.getKey().compareTo(now) <= 0 && (queue.add(e.getValue()) || true));
      if (!queue.isEmpty()) return Optional.of(queue.removeFirst());
      // a clock may jump, so nobody sleeps longer than this
      var wait = later.isEmpty() ? BEAT : ((TreeMap<Duration, Key>) later).firstKey().minus(now);
      long millis = (long) (wait.toMillis() / clock.factor()) + 1;
      wait(Math.min(millis, BEAT.toMillis()));
    }
    return Optional.empty();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    threads.forEach(Thread::interrupt);
    try {
      for (var thread : threads) thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
