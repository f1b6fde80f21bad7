package runbook.sandbox.control;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Disks that are there at once. */
final class FakeDisks implements Disks {
  final Map<Long, Disk> all = new ConcurrentHashMap<>();
  final Set<Long> attached = ConcurrentHashMap.newKeySet();
  private final AtomicLong next = new AtomicLong(100);
  volatile boolean full;

  @Override
  public Disk create(String label, long size, Duration limit) throws DiskException {
    if (full) throw new DiskException("no space");
    for (var disk : all.values()) if (disk.label().equals(label)) return disk;
    var disk = new Disk(next.incrementAndGet(), label, size);
    all.put(disk.id(), disk);
    return disk;
  }

  @Override
  public void resize(long id, long size) {
    all.computeIfPresent(id, (_, d) -> new Disk(id, d.label(), size));
  }

  @Override
  public void delete(long id) throws DiskException {
    if (attached.contains(id)) throw new DiskException("attached");
    all.remove(id);
  }

  @Override
  public void attach(long id, Duration limit) throws DiskException {
    if (!attached.add(id)) throw new DiskException("attached already");
  }

  @Override
  public void detach(long id, Duration limit) {
    attached.remove(id);
  }
}
