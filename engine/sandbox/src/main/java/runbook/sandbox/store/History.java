package runbook.sandbox.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.schema.Resource;

/** The last changes, for those who look on. */
final class History {
  /** As many as a client may be late; a server keeps five minutes. */
  static final int KEPT = 20_000;

  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private final List<Watch> watches = new ArrayList<>();
  private long forgotten;

  /**
   * @param begin changes up to this version are as if they had been long ago
   */
  History(long begin) {
    this.forgotten = begin;
  }

  private boolean closed;

  synchronized void add(Change change) {
    changes.add(change);
    if (changes.size() > KEPT) forgotten = changes.removeFirst().version();
    for (var watch : watches) watch.offer(change);
  }

  synchronized Watch watch(Resource resource, Optional<String> namespace, long from) {
    if (from < forgotten) throw StatusException.expired(from, forgotten + 1);
    var watch = new Watch(resource, namespace, this::forget);
    for (var change : changes) if (change.version() > from) watch.offer(change);
    if (closed) watch.end();
    else watches.add(watch);
    return watch;
  }

  private synchronized void forget(Watch watch) {
    watches.remove(watch);
  }

  synchronized void close() {
    closed = true;
    watches.forEach(Watch::end);
    watches.clear();
  }
}
