package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import runbook.sandbox.json.Json;

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

  /** What is asked of a path, as it is answered. */
  final JsonNode raw(String method, String path, String body) {
    var answer = client.raw(path, method, body.isEmpty() ? null : Json.parse(body));
    return answer == null ? Json.object() : Json.parse(answer);
  }

  /** The path of the objects of a kind here, such as {@code /api/v1/namespaces/x/pods}. */
  final String path(String version, String plural) {
    var root = version.contains("/") ? "/apis/" : "/api/";
    return root + version + "/namespaces/" + space + "/" + plural;
  }

  /** Makes a pod with one container that runs a script, with more of its spec. */
  final void pod(String name, String script, String spec) {
    var text =
        """
        kind: Pod
        apiVersion: v1
        metadata: { name: %s, labels: { app: %s } }
        spec:
          terminationGracePeriodSeconds: 1
          containers:
            - { name: main, image: "busybox:1.36", command: [ sh, -c, '%s' ] }
        """
            .formatted(name, name, script.replace("'", "''"));
    var pod = read(text);
    var more =
        Serialization.unmarshal(
            spec.isEmpty() ? "{}" : spec, new TypeReference<LinkedHashMap<String, Object>>() {});
    Map<String, Object> all = pod.get("spec");
    Map<String, Object> main = pod.get("spec", "containers", 0);
    if (more.remove("main") instanceof Map<?, ?> m)
      m.forEach((key, value) -> main.put(key.toString(), value));
    all.putAll(more);
    client.resource(pod).inNamespace(space).create();
  }

  final Pod pod(String name) {
    return client.pods().inNamespace(space).withName(name).get();
  }

  final boolean isReady(String pod) {
    return isTrue("Pod", "v1", pod, "Ready");
  }

  final ContainerStatus container(String pod) {
    var all = pod(pod).getStatus().getContainerStatuses();
    return all.isEmpty() ? new ContainerStatus() : all.getFirst();
  }

  /** What a command in a pod prints, which has to succeed. */
  final String exec(String pod, String script) {
    var out = new ByteArrayOutputStream();
    try (var exec =
        client
            .pods()
            .inNamespace(space)
            .withName(pod)
            .writingOutput(out)
            .writingError(out)
            .exec("sh", "-c", script)) {
      assertThat(exec.exitCode().get(30, TimeUnit.SECONDS)).as(out.toString()).isZero();
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
    return out.toString().strip();
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
