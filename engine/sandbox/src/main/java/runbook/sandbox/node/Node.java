package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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
  private final Events events;
  private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
  private final Set<String> pulled = ConcurrentHashMap.newKeySet();
  private final Set<String> addresses = new HashSet<>();
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
    this.events = new Events(store, name);
    this.names = Names.of(store);
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
    return node;
  }

  /** What the API server asks of this node. */
  public Kubelet kubelet() {
    return new Streams((namespace, pod) ->
        workers.values().stream()
            .filter(w -> Json.text(w.pod(), "metadata.name").equals(pod))
            .filter(w -> Json.text(w.pod(), "metadata.namespace").equals(namespace))
            .findFirst());
  }

  /**
   * Kills the first process of a container, as a fault does.
   *
   * @return whether it ran
   */
  public boolean kill(String namespace, String pod, String container) throws IOException {
    for (PodWorker worker : workers.values()) {
      if (Json.text(worker.pod(), "metadata.name").equals(pod)
          && Json.text(worker.pod(), "metadata.namespace").equals(namespace)) {
        for (Run run : worker.runs()) {
          Optional<Run.Current> current = run.current;
          if (run.name.equals(container) && current.isPresent()) {
            current.get().box().signal("KILL");
            return true;
          }
        }
      }
    }
    return false;
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
    Set<String> wanted = new HashSet<>();
    for (ObjectNode service : names.services()) {
      String address = Json.text(service, "spec.clusterIP");
      if (!address.isEmpty() && !address.equals("None")) {
        wanted.add(address);
        lead(address, targets(service));
      }
    }
    for (String address : List.copyOf(addresses)) {
      if (!wanted.contains(address)) {
        addresses.remove(address);
        quietly(() -> world.services().remove(address));
      }
    }
    workers.values().forEach(w -> w.tell(new News.Renamed()));
  }

  private void lead(String address, Map<Integer, List<InetSocketAddress>> targets) {
    addresses.add(address);
    quietly(() -> world.services().set(address, targets));
  }

  private interface Action {
    void run() throws IOException;
  }

  /** A pod that is just going may be in the way; the next change of its slice sets it right. */
  private void quietly(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      if (!closed) {
        later(Duration.ofSeconds(1), this::renamed);
      }
    }
  }

  /** For each TCP port of a Service the addresses that are ready behind it. */
  private Map<Integer, List<InetSocketAddress>> targets(JsonNode service) {
    Map<Integer, List<InetSocketAddress>> targets = new HashMap<>();
    for (JsonNode port : Json.items(service, "spec.ports").toList()) {
      List<InetSocketAddress> ready = new ArrayList<>();
      names
          .slices(service)
          .forEach(slice ->
              Json.items(slice, "ports")
                  .filter(p -> Json.text(p, "name").equals(Json.text(port, "name")))
                  .forEach(p -> addReady(slice, p.path("port").asInt(), ready)));
      targets.put(port.path("port").asInt(), List.copyOf(ready));
    }
    return targets;
  }

  private static void addReady(JsonNode slice, int port, List<InetSocketAddress> ready) {
    Json.items(slice, "endpoints")
        .filter(Names::ready)
        .forEach(e ->
            ready.add(
                InetSocketAddress.createUnresolved(e.path("addresses").path(0).asText(), port)));
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
  public Events events() {
    return events;
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

  /** Stops looking after pods; their processes end with the world. */
  @Override
  public void close() {
    closed = true;
    watches.forEach(Watch::close);
    workers.values().forEach(w -> w.tell(new News.Stop()));
  }
}
