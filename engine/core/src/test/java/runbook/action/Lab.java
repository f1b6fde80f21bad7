package runbook.action;

import static runbook.action.Deadlines.until;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.client.Clients;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Failure;
import runbook.world.Linode.BlockVolume;
import runbook.world.World;

/**
 * The test cluster and the lab beside it, of which a test class has a namespace of its own: made
 * anew when it begins, deleted with all that its claims left behind when it ends.
 */
final class Lab implements AutoCloseable {
  static final String ZONE = "pythondiscord.com";

  final String namespace;
  final World world;
  final Kubectl kubectl;
  private final Clients clients = new Clients(Clients.Settings.fromEnvironment(System.getenv()));

  private final FileChannel lock;

  private Lab(String namespace) throws IOException {
    this.lock =
        FileChannel.open(
            Path.of(System.getProperty("java.io.tmpdir"), namespace + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    this.namespace = namespace;
    this.world = clients.world();
    this.kubectl = new Kubectl(namespace);
  }

  /**
   * An empty namespace of that name, whatever an earlier run left there; another process on this
   * machine that runs the same tests is waited for.
   */
  static Lab open(String namespace) {
    try {
      var lab = new Lab(namespace);
      until(
          "no other run uses " + namespace,
          Duration.ofMinutes(4),
          () -> lab.lock.tryLock() != null);
      lab.clean();
      new Kubectl("default").run("create", "namespace", namespace);
      return lab;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try (lock) {
      clean();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      clients.close();
    }
  }

  /** Deletes the namespace, and the volumes that its claims would leave behind. */
  private void clean() {
    var volumes = volumes();
    kubectl.run("delete", "namespace", namespace, "--ignore-not-found", "--timeout=100s");
    volumes.forEach(this::removeVolume);
  }

  /** Names of the PVs that claims of the namespace hold, or held before they were deleted. */
  private List<String> volumes() {
    var all =
        kubectl.run(
            "get",
            "pv",
            "-o",
            "jsonpath={range .items[*]}{.spec.claimRef.namespace} {.metadata.name}{\"\\n\"}{end}");
    return all.lines()
        .filter(l -> l.startsWith(namespace + " "))
        .map(l -> l.substring(namespace.length() + 1))
        .toList();
  }

  Trial trial(Path folder) {
    return new Trial(world, folder, namespace);
  }

  ObjectRef ref(String apiVersion, String kind, String name) {
    return new ObjectRef(apiVersion, kind, Optional.of(namespace), name);
  }

  /** Deletes an object, if there, and waits until it and its pods are gone. */
  void remove(ObjectRef ref) {
    var now = world.cluster().get(ref);
    if (now.isEmpty()) return;
    world.cluster().delete(ref, Objects.text(now.get(), "metadata", "uid").orElseThrow());
    new Waiting(trial(Path.of(".")).context())
        .untilTrue(
            () ->
                world.cluster().get(ref).isEmpty()
                    && world.cluster().pods(namespace, Map.of("app", ref.name())).isEmpty(),
            () -> Failure.timeout(ref + " stays."));
  }

  Map<String, Object> deployment(String name, int replicas, String image) {
    return workload("Deployment", name, replicas, image);
  }

  /** A workload whose pods take three seconds to end. */
  Map<String, Object> workload(String kind, String name, int replicas, String image) {
    var container =
        Map.of(
            "name",
            name,
            "image",
            image,
            "imagePullPolicy",
            "IfNotPresent",
            "command",
            List.of("sh", "-c", "trap 'sleep 3; exit 0' TERM; while :; do sleep 0.2; done"));
    return Map.of(
        "apiVersion",
        "apps/v1",
        "kind",
        kind,
        "metadata",
        Map.of("name", name, "namespace", namespace),
        "spec",
        Map.of(
            "replicas", replicas,
            "selector", Map.of("matchLabels", Map.of("app", name)),
            "template",
                Map.of(
                    "metadata", Map.of("labels", Map.of("app", name)),
                    "spec", Map.of("containers", List.of(container)))));
  }

  static Map<String, Object> claim(String name, String storageClass) {
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "PersistentVolumeClaim",
        "metadata",
        Map.of("name", name),
        "spec",
        Map.of(
            "storageClassName", storageClass,
            "accessModes", List.of("ReadWriteOnce"),
            "resources", Map.of("requests", Map.of("storage", "10Gi"))));
  }

  static Apply apply(List<Map<String, Object>> objects) {
    return new Apply(
        Optional.empty(),
        Optional.of(objects),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Orders a fault of the lab's, which is everybody's: it has to match what the test alone does,
   * and once.
   */
  static void fault(String json) throws IOException, InterruptedException {
    var root = URI.create(System.getenv("LINODE_API_URL")).resolve("/lab/faults");
    var request =
        HttpRequest.newBuilder(root).POST(HttpRequest.BodyPublishers.ofString(json)).build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) throw new IOException(answer.body());
    }
  }

  /** Removes a claim, its PV and the Linode volume behind it. */
  void removeClaim(String name) {
    var claim = world.cluster().claim(namespace, name);
    if (claim.isEmpty()) return;
    remove(ref("v1", "PersistentVolumeClaim", name));
    claim.get().volume().ifPresent(this::removeVolume);
  }

  /** Removes a PV and the Linode volume behind it; with the policy Delete they go by themselves. */
  void removeVolume(String name) {
    var volume = world.cluster().volume(name);
    if (volume.isEmpty()) return;
    world.cluster().deleteVolume(name, volume.get().uid());
    volume.get().handle().flatMap(Volumes.Handle::parse).ifPresent(h -> removeBlock(h.id()));
  }

  void removeBlock(long id) {
    new Waiting(trial(Path.of(".")).context())
        .untilTrue(
            () -> world.linode().volume(id).flatMap(BlockVolume::linodeId).isEmpty(),
            () -> Failure.timeout("Linode volume " + id + " stays attached."));
    world.linode().deleteVolume(id);
  }

  /** Removes the clones with that label. */
  void removeLabelled(String label) {
    for (var v : world.linode().volumesLabelled(label)) removeBlock(v.id());
  }

  /** Removes the routes of the host, which has to be the test's own. */
  void removeRoutes(String host) {
    var zone = world.cloudflare().zone(ZONE).orElseThrow().id();
    for (var r : new ArrayList<>(world.cloudflare().routes(zone))) {
      if (r.pattern().startsWith(host + "/")) world.cloudflare().deleteRoute(zone, r.id());
    }
  }
}
