package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import runbook.sandbox.contract.Api;
import runbook.sandbox.world.WorldFile.Data;
import runbook.sandbox.world.WorldFile.Load;

/** The community's cluster, as ordinary clients see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
final class SandboxTest {
  private static final Path WORLD = Path.of("../../plans/postgres-upgrade.world.yaml");
  private static final String HOST = "www.pythondiscord.com";

  private Sandbox sandbox;
  private KubernetesClient kubernetes;
  private Map<String, String> environment;

  /** The world of the first plan with few data, in which startup probes wait for moments. */
  static WorldFile small() throws Exception {
    var w = WorldReader.read(WORLD);
    var data = w.data().orElseThrow();
    return new WorldFile(
        w.name(),
        w.namespace(),
        w.images(),
        w.manifests(),
        Optional.of(new Data(data.in(), data.user(), List.of(new Load.Generated(1)))),
        w.services(),
        w.linode(),
        w.zone(),
        10);
  }

  @BeforeAll
  void start() throws Exception {
    sandbox = Sandbox.start(small(), _ -> {});
    environment = sandbox.environment();
    var config = Config.fromKubeconfig(Files.readString(Path.of(environment.get("KUBECONFIG"))));
    kubernetes = new KubernetesClientBuilder().withConfig(config).build();
  }

  @AfterAll
  void end() {
    if (kubernetes != null) kubernetes.close();
    if (sandbox != null) sandbox.close();
  }

  private String psql(String database, String sql) throws Exception {
    var pod =
        kubernetes.pods().inNamespace("default").withLabel("app", "postgres").list().getItems();
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    try (var exec =
        kubernetes
            .pods()
            .inNamespace("default")
            .withName(pod.getFirst().getMetadata().getName())
            .writingOutput(out)
            .writingError(err)
            .exec("psql", "-XAtU", "pythondiscord", "-d", database, "-c", sql)) {
      assertThat(exec.exitCode().get(30, TimeUnit.SECONDS)).as(err.toString()).isZero();
    }
    return out.toString().strip();
  }

  @Test
  void theDataAreThere() throws Exception {
    assertThat(psql("site", "select count(*) from api.people")).isEqualTo("20000");
    assertThat(psql("metricity", "select count(*) from messages")).isEqualTo("900");
    assertThat(psql("site", "select count(*) from pg_largeobject_metadata")).isEqualTo("1");
    assertThat(psql("postgres", "select current_setting('server_version_num')")).startsWith("15");
  }

  @Test
  void theVolumeOfTheClaimIsAtLinode() throws Exception {
    var claim =
        kubernetes
            .persistentVolumeClaims()
            .inNamespace("default")
            .withName("postgres-storage")
            .get();
    var volume = kubernetes.persistentVolumes().withName(claim.getSpec().getVolumeName()).get();
    var handle = volume.getSpec().getCsi().getVolumeHandle();
    var id = handle.substring(0, handle.indexOf('-'));
    var api = Api.with(environment.get("LINODE_API_URL"), environment.get("LINODE_TOKEN"));
    var disk = api.get("/volumes/" + id).expect(200).json();
    assertThat(handle).isEqualTo(id + "-" + disk.path("label").asText());
    assertThat(disk.path("size").asLong()).isEqualTo(25);
    assertThat(disk.path("linode_id").isNull()).isFalse();
    assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Retain");
  }

  @Test
  void visitorsComeToTheSiteUnlessARouteLeadsElsewhere() throws Exception {
    var visitor = new Api(environment.get("EDGE_URL"), Optional.empty());
    visitor.get("/", "Host", HOST).expect(200);
    var root = environment.get("CLOUDFLARE_API_URL");
    var cloudflare = Api.with(root, environment.get("CLOUDFLARE_API_TOKEN"));
    var zone =
        cloudflare.get("/zones?name=pythondiscord.com").expect(200).json().at("/result/0/id");
    var routes = "/zones/" + zone.asText() + "/workers/routes";
    var body = "{\"pattern\":\"*pythondiscord.com/*\",\"script\":\"maintenance\"}";
    var id = cloudflare.post(routes, body).expect(200).json().at("/result/id").asText();
    assertThat(visitor.get("/", "Host", HOST).expect(503).header("Retry-After")).hasValue("600");
    visitor.get("/.well-known/x", "Host", HOST).expect(200);
    cloudflare.delete(routes + "/" + id).expect(200);
    visitor.get("/", "Host", HOST).expect(200);
  }

  @Test
  void everyWorkloadHasItsPods() {
    var deployments = kubernetes.apps().deployments().inNamespace("default").list().getItems();
    assertThat(deployments).hasSize(7);
    for (var d : deployments)
      assertThat(Optional.ofNullable(d.getStatus().getReadyReplicas()).orElse(0))
          .as(d.getMetadata().getName())
          .isEqualTo(d.getSpec().getReplicas());
  }

  @Test
  void nothingListensBeyondLoopback() throws Exception {
    // what this program listens on, as the kernel sees it
    var inodes = new java.util.HashSet<String>();
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      for (var file : files.toList()) {
        try {
          var target = Files.readSymbolicLink(file).toString();
          if (target.startsWith("socket:[")) inodes.add(target.substring(8, target.length() - 1));
        } catch (java.io.IOException gone) {
          // it is closed already
        }
      }
    }
    int listening = 0;
    for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      if (!Files.exists(Path.of(table))) continue;
      for (var line : Files.readAllLines(Path.of(table))) {
        var words = line.strip().split("\\s+");
        if (!words[3].equals("0A") || !inodes.contains(words[9])) continue;
        listening++;
        var address = words[1].substring(0, words[1].indexOf(':'));
        assertThat(address)
            .isIn("0100007F", "0".repeat(24) + "01000000", "0000000000000000FFFF00000100007F");
      }
    }
    assertThat(listening).isPositive();
  }

  @Test
  void aClosedOneLeavesNothing() throws Exception {
    var began = Instant.now();
    var w = small();
    var other =
        Sandbox.start(
            new WorldFile(
                w.name(),
                w.namespace(),
                w.images(),
                w.manifests(),
                w.data(),
                List.of(),
                w.linode(),
                w.zone(),
                w.factor()),
            _ -> {});
    var kubeconfig = Path.of(other.environment().get("KUBECONFIG"));
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(60));
    other.close();
    assertThat(kubeconfig.getParent()).doesNotExist();
    var mounts = Files.readString(Path.of("/proc/self/mounts"));
    assertThat(mounts).doesNotContain(kubeconfig.getParent().toString());
  }
}
