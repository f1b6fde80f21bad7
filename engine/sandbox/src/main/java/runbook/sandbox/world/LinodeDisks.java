package runbook.sandbox.world;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import runbook.sandbox.control.Disks;
import runbook.sandbox.linode.Refusal;
import runbook.sandbox.linode.Volume;
import runbook.sandbox.linode.Volumes;

/** Linode's volumes as the disks behind claims: what the CSI driver does. */
final class LinodeDisks implements Disks {
  private final Volumes volumes;
  private final String region;
  private final long instance;

  LinodeDisks(Volumes volumes, String region, long instance) {
    this.volumes = volumes;
    this.region = region;
    this.instance = instance;
  }

  /** What the storage refuses is said in its words. */
  private interface Work<T> {
    T done() throws InterruptedException, TimeoutException;
  }

  private static <T> T in(Work<T> work) throws DiskException, InterruptedException {
    try {
      return work.done();
    } catch (Refusal | TimeoutException e) {
      throw new DiskException(e.getMessage());
    }
  }

  @Override
  public Disk create(String label, long size, Duration limit)
      throws DiskException, InterruptedException {
    return in(() -> {
      var there = volumes.list().stream().filter(v -> v.label().equals(label)).findFirst();
      var volume = there.orElseGet(() -> volumes.create(label, size, region));
      var active = volumes.await(volume.id(), is(Volume::isActive), limit).orElseThrow();
      return new Disk(active.id(), active.label(), active.size());
    });
  }

  private static Predicate<Optional<Volume>> is(Predicate<Volume> what) {
    return v -> v.filter(what).isPresent();
  }

  @Override
  public void resize(long id, long size) throws DiskException, InterruptedException {
    in(() -> volumes.resize(id, size));
  }

  @Override
  public void delete(long id) throws DiskException, InterruptedException {
    if (volumes.find(id).isEmpty()) return;
    in(() -> {
      volumes.delete(id);
      return id;
    });
  }

  @Override
  public void attach(long id, Duration limit) throws DiskException, InterruptedException {
    in(() -> {
      if (volumes.find(id).filter(Volume::isAttached).isEmpty()) volumes.attach(id, instance);
      return volumes.await(id, is(v -> v.isAttached() && v.isActive()), limit);
    });
  }

  @Override
  public void detach(long id, Duration limit) throws DiskException, InterruptedException {
    in(() -> {
      if (volumes.find(id).filter(Volume::isAttached).isPresent()) volumes.detach(id);
      return volumes.await(id, v -> v.filter(Volume::isAttached).isEmpty(), limit);
    });
  }
}
