package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import runbook.sandbox.contract.Api;
import runbook.sandbox.world.WorldFile.Linode;

/** A world with a database, its clients, and what makes things go wrong in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultyWorld {
  Sandbox sandbox;
  KubernetesClient kubernetes;
  Api faults;
  Api linode;

  @BeforeAll
  void start() throws Exception {
    var w = SandboxTest.small();
    var memory = new Linode(w.linode().region(), w.linode().tokens(), List.of(), false, true);
    var world =
        new WorldFile(
            w.name(),
            w.namespace(),
            w.images(),
            w.manifests(),
            Optional.empty(),
            List.of(),
            memory,
            w.zone(),
            w.factor());
    sandbox = Sandbox.start(world, _ -> {});
    var environment = sandbox.environment();
    var config = Config.fromKubeconfig(Files.readString(Path.of(environment.get("KUBECONFIG"))));
    config.setNamespace("default");
    config.setRequestRetryBackoffLimit(0);
    kubernetes = new KubernetesClientBuilder().withConfig(config).build();
    faults = new Api(environment.get("SANDBOX_URL"), Optional.empty());
    linode = Api.with(environment.get("LINODE_API_URL"), environment.get("LINODE_TOKEN"));
  }

  @AfterAll
  void end() {
    if (kubernetes != null) kubernetes.close();
    if (sandbox != null) sandbox.close();
  }

  @AfterEach
  void putRight() throws Exception {
    faults.delete("/faults").expect(200);
    for (var trouble : faults.get("/troubles").json())
      faults.delete("/troubles/" + trouble.path("name").asText()).expect(200);
    try {
      linode.get("/volumes");
    } catch (IOException cut) {
      // the connection that was kept was cut with all others
    }
    await("the database is ready", () -> isReady(pod()));
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    var deadline = Instant.now().plus(Duration.ofSeconds(90));
    while (!condition.holds()) {
      assertThat(Instant.now()).as(what).isBefore(deadline);
      Thread.sleep(100);
    }
  }

  void begin(String trouble, String arguments) throws IOException {
    faults.post("/troubles/" + trouble, arguments.replace('\'', '"')).expect(200);
  }

  void end(String trouble) throws IOException {
    faults.delete("/troubles/" + trouble).expect(200);
  }

  Pod pod() {
    return kubernetes.pods().withLabel("app", "postgres").list().getItems().getFirst();
  }

  static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  ContainerStatus container() {
    return pod().getStatus().getContainerStatuses().getFirst();
  }

  record Said(int code, String text) {}

  Said exec(String script) throws Exception {
    var out = new ByteArrayOutputStream();
    try (var exec =
        kubernetes
            .pods()
            .withName(pod().getMetadata().getName())
            .writingOutput(out)
            .writingError(out)
            .exec("sh", "-c", script)) {
      return new Said(exec.exitCode().get(60, TimeUnit.SECONDS), out.toString());
    }
  }

  Said psql(String sql) throws Exception {
    return exec("psql -XAtU pythondiscord -d pythondiscord -c \"" + sql + "\"");
  }
}
