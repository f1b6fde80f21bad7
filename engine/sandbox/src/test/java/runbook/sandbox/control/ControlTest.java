package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import runbook.sandbox.json.Json;
import runbook.sandbox.json.Yaml;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/** A cluster of controllers, with a node and disks that are quick. */
abstract class ControlTest {
  final SandboxClock clock = SandboxClock.fast(10);
  final Store store = new Store(clock);
  final FakeDisks disks = new FakeDisks();
  private Controllers controllers;
  FakeNode node;

  @BeforeEach
  void start() {
    node = new FakeNode(store);
    controllers = Controllers.start(store, clock, disks, "certificate");
    make(
        """
        { kind: Namespace, apiVersion: v1, metadata: { name: default, namespace: "" }, spec: { finalizers: [kubernetes] } }
        """);
    for (var policy : List.of("Delete", "Retain"))
      make(
          """
          { kind: StorageClass, apiVersion: storage.k8s.io/v1, metadata: { name: %s }, provisioner: linodebs.csi.linode.com,
            reclaimPolicy: %s, volumeBindingMode: Immediate }
          """
              .formatted(policy.toLowerCase(java.util.Locale.ROOT), policy));
  }

  @AfterEach
  void stop() {
    node.close();
    controllers.close();
    store.close();
  }

  final ObjectNode make(String yaml) {
    var object = (ObjectNode) Yaml.documents("test", yaml).getFirst();
    var resource =
        Resources.ofKind(Json.text(object, "apiVersion"), Json.text(object, "kind")).orElseThrow();
    if (resource.namespaced()) Json.put(object, "metadata.namespace", "default");
    return store.create(resource, object);
  }

  static void await(String what, BooleanSupplier until) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!until.getAsBoolean()) {
      if (System.nanoTime() > end) throw new AssertionError("never: " + what);
      Thread.sleep(5);
    }
  }

  final Optional<ObjectNode> find(Resource resource, String name) {
    return store.get(resource, resource.namespaced() ? "default" : "", name);
  }

  final String text(Resource resource, String name, String path) {
    return find(resource, name).map(o -> Json.text(o, path)).orElse("");
  }

  final List<ObjectNode> pods() {
    return store.list(Resources.PODS, Optional.of("default"), _ -> true).items();
  }

  final void change(Resource resource, String name, String path, Object value) {
    store.modify(
        resource,
        "default",
        name,
        o -> {
          Json.put(o, path, value);
          return o;
        });
  }

  static String deployment(String strategy, int replicas) {
    return """
    kind: Deployment
    apiVersion: apps/v1
    metadata: { name: site }
    spec:
      replicas: %d
      strategy: %s
      selector: { matchLabels: { app: site } }
      template:
        metadata: { labels: { app: site } }
        spec: { containers: [ { name: site, image: "site:1" } ] }
    """
        .formatted(replicas, strategy);
  }

  final boolean isRolledOut(long replicas, String image) {
    var d = find(Resources.DEPLOYMENTS, "site").orElseThrow();
    return Objects.status(d, "updatedReplicas") == replicas
        && Objects.status(d, "availableReplicas") == replicas
        && Objects.status(d, "replicas") == replicas
        && pods().stream().allMatch(p -> p.at("/spec/containers/0/image").asText().equals(image));
  }
}
