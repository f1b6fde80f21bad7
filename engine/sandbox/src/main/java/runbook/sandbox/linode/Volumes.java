package runbook.sandbox.linode;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import runbook.sandbox.time.SandboxClock;

/**
 * The block storage of an account. What is asked for is answered at once and becomes true later, as
 * the delays say: who needs it to be true waits with {@link #await}.
 */
public final class Volumes implements AutoCloseable {
  /** The smallest and the largest volume, in GiB. */
  public static final long LEAST = 10;

  public static final long MOST = 10_240;

  private final Account account;
  private final Folders folders;
  private final Delays delays;
  private final Progress progress;
  private final EventLog events;
  private final Troubles troubles = new Troubles(this::wake);
  private final SandboxClock clock;

  // all guarded by this
  private final Map<Long, Volume> volumes = new TreeMap<>();
  // the ends of copies; a volume may be the source of several
  private final List<Long> copying = new ArrayList<>();
  private final Set<Long> attaching = new HashSet<>();
  private final Set<Long> detaching = new HashSet<>();
  private long nextId = 480_001;

  /**
   * @param folders what the volumes are on this machine
   */
  public Volumes(Account account, Folders folders, SandboxClock clock, Delays delays) {
    this.account = account;
    this.folders = folders;
    this.clock = clock;
    this.delays = delays;
    this.progress = new Progress(clock);
    this.events = new EventLog(account.username());
  }

  public Account account() {
    return account;
  }

  /** What can be made to go wrong. */
  public Troubles troubles() {
    return troubles;
  }

  EventLog events() {
    return events;
  }

  /** By id. */
  public synchronized List<Volume> list() {
    return List.copyOf(volumes.values());
  }

  public synchronized Optional<Volume> find(long id) {
    return Optional.ofNullable(volumes.get(id));
  }

  /** Where their contents lie. */
  public Folders folders() {
    return folders;
  }

  private Volume get(long id) {
    return find(id).orElseThrow(Refusal::notFound);
  }

  /** An empty volume, {@code creating} at first. */
  public Volume create(String label, long size, String region) {
    return create(label, size, region, List.of(), false);
  }

  synchronized Volume create(
      String label, long size, String region, List<String> tags, boolean encrypted) {
    if (!account.regions().contains(region)) throw Refusal.field("region", "region is not valid");
    var volume = add(label, size, region, tags, encrypted);
    make(volume);
    long event = events.began("volume_create", volume, clock.instant());
    progress.begin(delays.create(), () -> becomeActive(volume.id(), event, delays.create()));
    return volume;
  }

  private Volume add(String label, long size, String region, List<String> tags, boolean encrypted) {
    Labels.check(label, volumes.values());
    if (size < LEAST || size > MOST) throw Refusal.field("size", "Must be " + LEAST + "-" + MOST);
    var now = clock.instant();
    var volume = Volume.creating(nextId++, label, size, region, tags, encrypted, now);
    volumes.put(volume.id(), volume);
    return volume;
  }

  private void make(Volume volume) {
    try {
      folders.create(volume.id(), volume.size());
    } catch (IOException e) {
      volumes.remove(volume.id());
      throw Refusal.failed(e);
    }
  }

  private void becomeActive(long id, long event, Duration took) {
    change(id, v -> v.with(Volume.Status.ACTIVE, clock.instant()));
    events.ended(event, "finished", took);
  }

  private synchronized void change(long id, UnaryOperator<Volume> how) {
    volumes.computeIfPresent(id, (_, v) -> how.apply(v));
    wake();
  }

  private synchronized void wake() {
    notifyAll();
  }

  /**
   * A volume of the same size and content, {@code creating} until it is all copied. Until then the
   * source is neither attached nor deleted, so that the copy of a detached volume is what it was at
   * the call. Whether an attached volume can be cloned is not documented; here it can.
   */
  public synchronized Volume cloneOf(long id, String label) {
    var source = get(id);
    if (!source.isActive()) throw Refusal.notActive(source, "cloned");
    long size = troubles.cloneSize().orElse(source.size());
    var copy = add(label, size, source.region(), source.tags(), source.encrypted());
    copying.add(id);
    copying.add(copy.id());
    long event = events.began("volume_clone", copy, clock.instant());
    progress.begin(Duration.ZERO, () -> copy(id, copy, event));
    return copy;
  }

  private void copy(long from, Volume to, long event) throws InterruptedException {
    var began = clock.elapsed();
    try {
      if (troubles.copiesFail()) throw new IOException("the copy fails, as was asked for");
      long bytes = folders.copy(from, to.id(), to.size());
      synchronized (this) {
        copying.remove((Long) from);
      }
      wake();
      var wait = delays.create().plus(delays.clonePerGib().multipliedBy(bytes).dividedBy(1L << 30));
      var left = wait.minus(clock.elapsed().minus(began));
      if (left.isPositive()) clock.sleep(left);
      synchronized (this) {
        while (troubles.clonesStay()) wait();
        copying.remove((Long) to.id());
      }
      becomeActive(to.id(), event, clock.elapsed().minus(began));
    } catch (IOException e) {
      synchronized (this) {
        copying.remove((Long) from);
        copying.remove((Long) to.id());
        volumes.remove(to.id());
      }
      Refusal.unlessDone(() -> folders.delete(to.id()));
      events.ended(event, "failed", clock.elapsed().minus(began));
      wake();
    }
  }

  /** Another label, other tags. */
  synchronized Volume update(long id, Optional<String> label, Optional<List<String>> tags) {
    var volume = get(id);
    label.filter(l -> !l.equals(volume.label())).ifPresent(l -> Labels.check(l, volumes.values()));
    var now = clock.instant();
    change(id, v -> v.named(label.orElse(v.label()), tags.orElse(v.tags()), now));
    events.done("volume_update", volume, now);
    return get(id);
  }

  /** Begins to attach it; asking for where it is already is refused too, as documented. */
  public synchronized Volume attach(long id, long instanceId) {
    var volume = get(id);
    var instance =
        account
            .instance(instanceId)
            .orElseThrow(() -> Refusal.field("linode_id", "Linode " + instanceId + " not found"));
    if (volume.isAttached() || attaching.contains(id))
      throw Refusal.bad("Volume " + id + " is already attached");
    if (!instance.region().equals(volume.region()))
      throw Refusal.field("linode_id", "The Linode is in another region than the Volume");
    if (copying.contains(id)) throw Refusal.beingCloned(volume);
    if (!volume.isActive()) throw Refusal.notActive(volume, "attached");
    attachLater(volume, instance, delays.attach());
    return volume;
  }

  /** As {@link #attach}, for one that is still being created. */
  synchronized void attachWhenCreated(Volume volume, Instance instance) {
    attachLater(volume, instance, delays.create().plus(delays.attach()));
  }

  private void attachLater(Volume volume, Instance instance, Duration delay) {
    attaching.add(volume.id());
    long event = events.began("volume_attach", volume, clock.instant());
    progress.begin(
        delay,
        () -> {
          synchronized (this) {
            attaching.remove(volume.id());
          }
          change(volume.id(), v -> v.on(Optional.of(instance), clock.instant()));
          events.ended(event, "finished", delay);
        });
  }

  /** Begins to detach it; nothing is done to one that is not attached. */
  public synchronized void detach(long id) {
    var volume = get(id);
    if (attaching.contains(id)) throw Refusal.bad("Volume " + id + " is being attached");
    if (!volume.isAttached() || !detaching.add(id)) return;
    long event = events.began("volume_detach", volume, clock.instant());
    progress.begin(
        delays.detach(),
        () -> {
          synchronized (this) {
            while (troubles.attachmentsStay()) wait();
            detaching.remove(id);
          }
          change(id, v -> v.on(Optional.empty(), clock.instant()));
          events.ended(event, "finished", delays.detach());
        });
  }

  /** Begins to make it larger. */
  public synchronized Volume resize(long id, long size) {
    var volume = get(id);
    if (size <= volume.size()) throw Refusal.field("size", "Volumes can only be resized up");
    if (size > MOST) throw Refusal.field("size", "Must be " + LEAST + "-" + MOST);
    if (copying.contains(id)) throw Refusal.beingCloned(volume);
    if (!volume.isActive()) throw Refusal.notActive(volume, "resized");
    Refusal.unlessDone(() -> folders.resize(id, size));
    change(id, v -> v.sized(size, clock.instant()).with(Volume.Status.RESIZING, clock.instant()));
    long event = events.began("volume_resize", volume, clock.instant());
    progress.begin(delays.resize(), () -> becomeActive(id, event, delays.resize()));
    return get(id);
  }

  /** Deletes it with its content; it must not be attached. */
  public synchronized void delete(long id) {
    var volume = get(id);
    if (volume.isAttached() || attaching.contains(id))
      throw Refusal.bad("Volume must be detached before it can be deleted");
    if (copying.contains(id)) throw Refusal.beingCloned(volume);
    Refusal.unlessDone(() -> folders.delete(id));
    volumes.remove(id);
    events.done("volume_delete", volume, clock.instant());
    wake();
  }

  /**
   * Waits until it is true of a volume.
   *
   * @param what empty where the volume is gone
   * @throws TimeoutException when so much of the sandbox's time has passed
   */
  public Optional<Volume> await(long id, Predicate<Optional<Volume>> what, Duration limit)
      throws InterruptedException, TimeoutException {
    var deadline = clock.deadline(limit);
    var alarm = clock.after(limit, this::wake);
    try {
      synchronized (this) {
        while (!what.test(find(id))) {
          if (deadline.isOver())
            throw new TimeoutException("Volume " + id + " is " + find(id) + " after " + limit);
          wait();
        }
        return find(id);
      }
    } finally {
      alarm.interrupt();
    }
  }

  /** Ends all that is under way; the folders are not touched. */
  @Override
  public void close() {
    progress.close();
  }
}
