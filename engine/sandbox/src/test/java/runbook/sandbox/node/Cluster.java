package runbook.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import runbook.sandbox.api.Kubelet;
import runbook.sandbox.box.World;
import runbook.sandbox.image.Images;
import runbook.sandbox.json.Json;
import runbook.sandbox.json.Yaml;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/** A store and a node, without the controllers and the API between them. */
final class Cluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  final SandboxClock clock = SandboxClock.real();
  final Store store = new Store(clock);
  final World world;
  final Node node;
  final Kubelet kubelet;

  Cluster(Path base) throws IOException {
    this(base, true);
  }

  /**
   * @param withDisks whether there is a folder for attached volumes
   */
  Cluster(Path base, boolean withDisks) throws IOException {
    world = World.open(base);
    Path disks = base.resolve("disks");
    if (withDisks) {
      Files.createDirectories(disks);
    }
    node = Node.start("vm", store, world, Images.builtIn(), handle -> disks.resolve(handle), clock);
    kubelet = node.kubelet();
  }

  /** Creates what the manifests say, pods bound to the node. */
  void create(String yaml) {
    for (JsonNode document : Yaml.documents("test", yaml)) {
      ObjectNode object = document.deepCopy();
      Resource resource =
          Resources.ofKind(Json.text(object, "apiVersion"), Json.text(object, "kind"))
              .orElseThrow();
      if (resource.namespaced()) {
        Json.put(object, "metadata.namespace", "default");
      }
      if (resource.equals(Resources.PODS)) {
        Json.put(object, "spec.nodeName", "vm");
      }
      store.create(resource, object);
    }
  }

  ObjectNode pod(String name) {
    return store.get(Resources.PODS, "default", name).orElseThrow();
  }

  ObjectNode await(String name, Predicate<ObjectNode> condition) throws InterruptedException {
    Instant deadline = Instant.now().plus(LIMIT);
    while (true) {
      ObjectNode pod = pod(name);
      if (condition.test(pod)) {
        return pod;
      }
      assertThat(Instant.now())
          .as("%s%n%s", pod.path("status").toPrettyString(), events(name))
          .isBefore(deadline);
      Thread.sleep(20);
    }
  }

  ObjectNode ready(String name) throws InterruptedException {
    return await(name, p -> condition(p, "Ready").equals("True"));
  }

  static String condition(JsonNode pod, String type) {
    return Json.items(pod, "status.conditions")
        .filter(c -> Json.text(c, "type").equals(type))
        .map(c -> Json.text(c, "status"))
        .findFirst()
        .orElse("");
  }

  static JsonNode status(JsonNode pod, String container) {
    return Json.items(pod, "status.containerStatuses")
        .filter(c -> Json.text(c, "name").equals(container))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  static String waiting(JsonNode pod) {
    return Json.text(pod.path("status").path("containerStatuses").path(0), "state.waiting.reason");
  }

  void delete(String name) throws InterruptedException {
    delete(name, Deletion.USUAL);
  }

  void delete(String name, Deletion how) throws InterruptedException {
    store.delete(Resources.PODS, "default", name, how);
    Instant deadline = Instant.now().plus(LIMIT);
    while (store.get(Resources.PODS, "default", name).isPresent()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(10);
    }
  }

  /** What was told of a pod: {@code Reason: message}, each as often as it was told. */
  String events(String name) {
    return store
        .list(
            Resources.EVENTS,
            Optional.empty(),
            e -> Json.text(e, "involvedObject.name").equals(name))
        .items()
        .stream()
        .map(e -> Json.text(e, "reason") + ": " + Json.text(e, "message"))
        .collect(Collectors.joining("\n"));
  }

  String log(String pod) throws IOException {
    return log(pod, false, false);
  }

  String log(String pod, boolean follow, boolean previous) throws IOException {
    return text(
        kubelet.log(
            "default",
            pod,
            new Kubelet.LogOptions(
                Optional.empty(),
                follow,
                previous,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
  }

  static String text(InputStream stream) throws IOException {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Both outputs, and the status when it is not 0. */
  String exec(String pod, String... command) throws Exception {
    return exec(pod, Optional.empty(), "", command);
  }

  String exec(String pod, Optional<String> container, String input, String... command)
      throws Exception {
    try (var execution = kubelet.exec("default", pod, container, List.of(command), true, false)) {
      var feeder =
          CompletableFuture.runAsync(() -> {
            try (var stdin = execution.stdin()) {
              stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              // it does not read
            }
          });
      var err = new CompletableFuture<String>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              err.complete(text(execution.stderr()));
            } catch (IOException e) {
              err.completeExceptionally(e);
            }
          });
      String out = text(execution.stdout());
      int status = execution.await();
      feeder.get();
      return out + err.get() + (status == 0 ? "" : "exit " + status + "\n");
    }
  }

  @Override
  public void close() throws IOException {
    node.close();
    store.close();
    world.close();
  }
}
