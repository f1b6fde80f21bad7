package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A namespace of its own in a cluster, and what {@link ClusterContract} does in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
abstract class ClusterRuns {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String space =
      "contract-%05x".formatted(ThreadLocalRandom.current().nextInt(1 << 20));
  private KubernetesClient client;

  /** One that may do everything. */
  abstract KubernetesClient connect() throws Exception;

  void close() {}

  @BeforeAll
  void begin() throws Exception {
    client = connect();
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(space).endMetadata().build())
        .create();
    await(() -> client.serviceAccounts().inNamespace(space).withName("default").get() != null);
  }

  @AfterAll
  void end() {
    if (client != null) {
      client.namespaces().withName(space).delete();
      await(() -> client.namespaces().withName(space).get() == null);
      client.close();
    }
    close();
  }

  final KubernetesClient client() {
    return client;
  }

  final String space() {
    return space;
  }

  static GenericKubernetesResource read(String yaml) {
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }

  final GenericKubernetesResource apply(String yaml) {
    return client.resource(read(yaml)).inNamespace(space).create();
  }

  final GenericKubernetesResource serverSide(String yaml, String manager, boolean force) {
    var at = client.resource(read(yaml)).inNamespace(space).fieldManager(manager);
    return force ? at.forceConflicts().serverSideApply() : at.serverSideApply();
  }

  final GenericKubernetesResource get(String kind, String version, String name) {
    return client.genericKubernetesResources(version, kind).inNamespace(space).withName(name).get();
  }

  final void delete(String kind, String version, String name) {
    client.genericKubernetesResources(version, kind).inNamespace(space).withName(name).delete();
  }

  final GenericKubernetesResource patch(
      String kind, String version, String name, PatchType type, String patch) {
    return client
        .genericKubernetesResources(version, kind)
        .inNamespace(space)
        .withName(name)
        .patch(PatchContext.of(type), patch);
  }

  @SuppressWarnings("unchecked")
  final <T> T at(HasMetadata object, String... path) {
    Object node = Serialization.unmarshal(Serialization.asJson(object), Map.class);
    for (var key : path) node = node instanceof Map<?, ?> m ? m.get(key) : null;
    return (T) node;
  }

  final boolean isTrue(String kind, String version, String name, String condition) {
    List<Map<String, String>> all = at(get(kind, version, name), "status", "conditions");
    return all != null
        && all.stream()
            .anyMatch(c -> condition.equals(c.get("type")) && "True".equals(c.get("status")));
  }

  final int ready(String deployment) {
    Integer ready = at(get("Deployment", "apps/v1", deployment), "status", "readyReplicas");
    return ready == null ? 0 : ready;
  }

  static AbstractThrowableAssert<?, ?> refused(int code, ThrowingCallable what) {
    var thrown = catchThrowable(what);
    assertThat(thrown)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(code));
    return assertThat(thrown);
  }

  static void await(BooleanSupplier until) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!until.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it never happened").isLessThan(end);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static String deployment(String name, int replicas) {
    return """
    kind: Deployment
    apiVersion: apps/v1
    metadata: { name: %s }
    spec:
      replicas: %d
      selector: { matchLabels: { app: %s } }
      template:
        metadata:
          labels: { app: %s }
        spec:
          terminationGracePeriodSeconds: 1
          containers:
            - { name: main, image: "busybox:1.36", command: [ sh, -c, "echo up; sleep 1000" ] }
    """
        .formatted(name, replicas, name, name);
  }

  static String job(String name, String script) {
    return """
    kind: Job
    apiVersion: batch/v1
    metadata: { name: %s }
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers: [ { name: main, image: "busybox:1.36", command: [ sh, -c, "%s" ] } ]
    """
        .formatted(name, script);
  }

  static String claim(String name, String storageClass) {
    return """
    kind: PersistentVolumeClaim
    apiVersion: v1
    metadata: { name: %s }
    spec: { storageClassName: %s, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
    """
        .formatted(name, storageClass);
  }
}
