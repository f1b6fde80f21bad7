package runbook.action;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.client.Clients;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Failure;
import runbook.world.Linode.BlockVolume;
import runbook.world.World;

/** The test cluster and the lab beside it, of which a test has a namespace of its own. */
final class Lab {
  static final String NAMESPACE = "h3-test";
  private static final ObjectRef SPACE =
      new ObjectRef("v1", "Namespace", Optional.empty(), NAMESPACE);

  private Lab() {}

  static World world() {
    return new Clients(Clients.Settings.fromEnvironment(System.getenv())).world();
  }

  static Trial trial(World world, Path folder) {
    return new Trial(world, folder, NAMESPACE);
  }

  static void create(World world) {
    Map<String, Object> object =
        Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", NAMESPACE));
    world.cluster().apply(SPACE, object, "test", true, false);
  }

  static ObjectRef ref(String apiVersion, String kind, String name) {
    return new ObjectRef(apiVersion, kind, Optional.of(NAMESPACE), name);
  }

  /** Deletes an object, if there, and waits until it and its pods are gone. */
  static void remove(World world, ObjectRef ref) {
    var now = world.cluster().get(ref);
    if (now.isEmpty()) return;
    world.cluster().delete(ref, Objects.text(now.get(), "metadata", "uid").orElseThrow());
    new Waiting(trial(world, Path.of(".")).context())
        .untilTrue(
            () ->
                world.cluster().get(ref).isEmpty()
                    && world.cluster().pods(NAMESPACE, Map.of("app", ref.name())).isEmpty(),
            () -> Failure.timeout(ref + " stays."));
  }

  static Map<String, Object> deployment(String name, int replicas, String image) {
    return workload("Deployment", name, replicas, image);
  }

  /** A workload whose pods take three seconds to end. */
  static Map<String, Object> workload(String kind, String name, int replicas, String image) {
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
        Map.of("name", name, "namespace", NAMESPACE),
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

  static void kubectl(String input, String... arguments) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(List.of("kubectl", "-n", NAMESPACE));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(said);
  }

  /** Orders a fault of the lab's, which is all's: let it match what the test alone does. */
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
  static void removeClaim(World world, String name) {
    var claim = world.cluster().claim(NAMESPACE, name);
    if (claim.isEmpty()) return;
    var volume = claim.get().volume().flatMap(world.cluster()::volume);
    remove(world, ref("v1", "PersistentVolumeClaim", name));
    volume.ifPresent(v -> removeVolume(world, v.name()));
  }

  static void removeVolume(World world, String name) {
    var volume = world.cluster().volume(name);
    if (volume.isEmpty()) return;
    world.cluster().deleteVolume(name, volume.get().uid());
    volume.get().handle().flatMap(Volumes.Handle::parse).ifPresent(h -> removeBlock(world, h.id()));
  }

  static void removeBlock(World world, long id) {
    // detaching takes its time after the last pod is gone
    new Waiting(trial(world, Path.of(".")).context())
        .untilTrue(
            () -> world.linode().volume(id).flatMap(BlockVolume::linodeId).isEmpty(),
            () -> Failure.timeout("The volume " + id + " stays attached."));
    world.linode().deleteVolume(id);
  }
}
