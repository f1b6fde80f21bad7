package runbook.sandbox.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import runbook.sandbox.api.Kubelet;
import runbook.sandbox.box.World;
import runbook.sandbox.image.Images;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.EventRecorder;
import runbook.sandbox.store.Store;
import runbook.sandbox.store.Watch;
import runbook.sandbox.time.SandboxClock;

/** A node of the cluster: runs the pods that are bound to it, and leads Services to pods. */
public final class Node implements AutoCloseable, NodeParts {
  private static final Duration QUIET = Duration.ofSeconds(30);
  private static final Duration SHORTEST = Duration.ofMillis(10);

  private final String name;
  private final Store store;
  private final World world;
  private final Images images;
  private final Disks disks;
  private final SandboxClock clock;
  private final EventRecorder events;
  private final Power power = new Power();
  private final ServiceAddresses services;
  private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
  private final Set<String> pulled = ConcurrentHashMap.newKeySet();
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private volatile Names names;
  private volatile boolean closed;

  private Node(
      String name, Store store, World world, Images images, Disks disks, SandboxClock clock) {
    this.name = name;
    this.store = store;
    this.world = world;
    this.images = images;
    this.disks = disks;
    this.clock = clock;
    this.events = new EventRecorder(store, "kubelet", name);
    this.names = Names.of(store);
    this.services = new ServiceAddresses(world);
  }

  /**
   * Starts a node, which makes itself known to the cluster.
   *
   * @param name as pods are bound to it
   * @param world where its pods live; it is not closed with the node
   * @param disks where attached volumes lie
   * @param clock whose time back-off, probes and grace periods wait for
   */
  public static Node start(
      String name, Store store, World world, Images images, Disks disks, SandboxClock clock) {
    var node = new Node(name, store, world, images, disks, clock);
    if (store.get(Resources.NODES, "", name).isEmpty()) {
      store.create(Resources.NODES, NodeObject.of(name, world.gateway(), store.timestamp()));
    }
    node.follow(Resources.SERVICES, c -> node.renamed());
    node.follow(Resources.ENDPOINT_SLICES, c -> node.renamed());
    node.follow(Resources.PODS, node::changed);
    new Heartbeat(node).start();
    return node;
  }

  /** What the API server asks of this node. */
  public Kubelet kubelet() {
    return new Streams(
        (namespace, pod) ->
            workers.values().stream().filter(w -> w.isOf(namespace, pod)).findFirst(),
        power);
  }

  /**
   * Kills the first processes of a pod's containers, as a fault does.
   *
   * @param container none: all
   * @return how many there were
   */
  public int kill(String namespace, String pod, Optional<String> container) throws IOException {
    int killed = 0;
    for (PodWorker worker : workers.values()) {
      if (worker.isOf(namespace, pod)) {
        killed += worker.kill(container);
      }
    }
    return killed;
  }

  /**
   * The machine loses its power, and all processes on it end. Nobody can be asked any more how they
   * ended; the cluster notices after a while that nothing is heard of the node.
   */
  public void turnOff() throws IOException {
    power.turnOff();
    for (PodWorker worker : workers.values()) {
      worker.kill(Optional.empty());
    }
  }

  /** The machine starts again, and the pods on it that are not to go. */
  public void turnOn() {
    power.turnOn();
  }

  /** Takes in all objects of a kind, and then their changes. */
  private void follow(Resource resource, Consumer<Change> take) {
    var listing = store.list(resource, Optional.empty(), o -> true);
    listing
        .items()
        .forEach(o ->
            take.accept(
                new Change(Change.Type.ADDED, resource, listing.version(), o, Optional.empty())));
    Watch watch = store.watch(resource, Optional.empty(), listing.version());
    watches.add(watch);
    Thread.ofVirtual()
        .name("node " + resource.plural())
        .start(() -> {
          try {
            while (!closed && !watch.hasEnded()) {
              watch.next(QUIET).ifPresent(take);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void changed(Change change) {
    ObjectNode pod = change.object();
    if (!Json.text(pod, "spec.nodeName").equals(name)) {
      return;
    }
    String uid = Json.text(pod, "metadata.uid");
    PodWorker worker = workers.get(uid);
    if (change.type() == Change.Type.DELETED) {
      if (worker != null) {
        worker.tell(new News.Gone());
      }
      return;
    }
    if (worker == null) {
      worker = new PodWorker(this, pod);
      workers.put(uid, worker);
      // it waits for processes, which a virtual thread's carrier would have to wait for too
      Thread.ofPlatform()
          .daemon()
          .name("pod " + Json.text(pod, "metadata.name"))
          .start(worker::run);
    }
    worker.tell(new News.Changed(pod));
  }

  private synchronized void renamed() {
    names = Names.of(store);
    // a pod that is just going may be in the way; the next change of its slice sets it right
    if (!services.lead(names) && !closed) {
      later(Duration.ofSeconds(1), this::renamed);
    }
    workers.values().forEach(w -> w.tell(new News.Renamed()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public World world() {
    return world;
  }

  @Override
  public Images images() {
    return images;
  }

  @Override
  public Disks disks() {
    return disks;
  }

  @Override
  public SandboxClock clock() {
    return clock;
  }

  @Override
  public EventRecorder events() {
    return events;
  }

  @Override
  public Power power() {
    return power;
  }

  @Override
  public Names names() {
    return names;
  }

  @Override
  public boolean hasPulled(String image) {
    return !pulled.add(image);
  }

  @Override
  public void later(Duration delay, Runnable action) {
    clock.after(
        delay,
        () -> {
          try {
            // however fast time runs, the machine does not
            Thread.sleep(SHORTEST);
            if (!closed) {
              action.run();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Override
  public void forget(String uid) {
    workers.remove(uid);
  }

  boolean isClosed() {
    return closed;
  }

  /** Stops looking after pods; their processes end with the world. */
  @Override
  public void close() {
    closed = true;
    watches.forEach(Watch::close);
    workers.values().forEach(w -> w.tell(new News.Stop()));
  }
}
