package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import runbook.world.Cluster;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;
import runbook.world.World;

/** Volumes, workloads and clouds of the test cluster; everything is left as it was found. */
@OnCluster
@Timeout(240)
final class CloudLabTest {
  private static final String NAMESPACE = "plan-client-lab";
  private static final String CLASS = "linode-block-storage";

  private static Clients clients;
  private static World world;
  private static Cluster cluster;

  private interface Condition {
    boolean holds();
  }

  @BeforeAll
  static void connect() {
    clients = new Clients(Clients.Settings.fromEnvironment(System.getenv()));
    world = clients.world();
    cluster = world.cluster();
    apply("v1", "Namespace", NAMESPACE, Map.of());
  }

  @AfterEach
  void removeClaims() {
    for (var name : List.of("mounted", "idle")) {
      delete("apps/v1", "Deployment", name);
      cluster
          .claim(NAMESPACE, name)
          .ifPresent(c -> {
            cluster.deleteClaim(NAMESPACE, name, c.uid());
            c.volume().ifPresent(v -> await(() -> cluster.volume(v).isEmpty()));
          });
    }
  }

  @AfterAll
  static void clean() {
    delete("v1", "Namespace", NAMESPACE);
    clients.close();
  }

  private static ObjectRef ref(String version, String kind, String name) {
    var namespace = kind.equals("Namespace") ? Optional.<String>empty() : Optional.of(NAMESPACE);
    return new ObjectRef(version, kind, namespace, name);
  }

  private static void apply(String version, String kind, String name, Map<String, Object> spec) {
    var object =
        Map.<String, Object>of(
            "apiVersion", version, "kind", kind, "metadata", Map.of("name", name), "spec", spec);
    cluster.apply(ref(version, kind, name), object, "test", true, false);
  }

  private static void delete(String version, String kind, String name) {
    var ref = ref(version, kind, name);
    cluster
        .get(ref)
        .ifPresent(o -> cluster.delete(ref, (String) ((Map<?, ?>) o.get("metadata")).get("uid")));
  }

  private static void await(Condition condition) {
    var end = Instant.now().plus(Duration.ofSeconds(90));
    while (!condition.holds()) {
      assertThat(Instant.now()).as("time is up").isBefore(end);
      world.clock().sleep(Duration.ofMillis(300));
    }
  }

  private static Map<String, Object> template(Map<String, Object> pod) {
    return Map.of("metadata", Map.of("labels", Map.of("app", "box")), "spec", pod);
  }

  private static Map<String, Object> box(String mount) {
    return Map.of(
        "name",
        "box",
        "image",
        "busybox:1.36",
        "command",
        List.of("sh", "-c", "sleep 600 & wait"),
        "volumeMounts",
        mount.isEmpty() ? List.of() : List.of(Map.of("name", "data", "mountPath", mount)));
  }

  private static void deployment(String name, Map<String, Object> pod) {
    apply(
        "apps/v1",
        "Deployment",
        name,
        Map.of(
            "replicas",
            1,
            "selector",
            Map.of("matchLabels", Map.of("app", "box")),
            "template",
            template(pod)));
  }

  @Test
  void a_claim_leads_to_its_linode_volume_and_a_clone_of_it() {
    apply(
        "v1",
        "PersistentVolumeClaim",
        "mounted",
        Map.of(
            "storageClassName",
            CLASS,
            "accessModes",
            List.of("ReadWriteOnce"),
            "resources",
            Map.of("requests", Map.of("storage", "10Gi"))));
    deployment(
        "mounted",
        Map.of(
            "terminationGracePeriodSeconds",
            0,
            "containers",
            List.of(box("/data")),
            "volumes",
            List.of(
                Map.of("name", "data", "persistentVolumeClaim", Map.of("claimName", "mounted")))));
    await(() ->
        cluster.workload(WorkloadKind.DEPLOYMENT, NAMESPACE, "mounted").orElseThrow().ready() == 1);

    var claim = cluster.claim(NAMESPACE, "mounted").orElseThrow();
    assertThat(claim.phase()).isEqualTo("Bound");
    assertThat(claim.requested()).isEqualTo("10Gi");
    assertThat(claim.finalizers()).contains("kubernetes.io/pvc-protection");
    var volume = cluster.volume(claim.volume().orElseThrow()).orElseThrow();
    assertThat(volume.claimUid()).contains(claim.uid());
    assertThat(volume.driver()).contains("linodebs.csi.linode.com");
    assertThat(volume.reclaimPolicy()).isEqualTo("Delete");
    assertThat(cluster.attachments(volume.name())).hasSize(1);
    assertThat(cluster.bindingMode(CLASS)).isPresent();
    assertThat(cluster.pods(NAMESPACE, Map.of("app", "box")).getFirst().claims())
        .containsExactly("mounted");

    cluster.deleteClaim(NAMESPACE, "mounted", "00000000-0000-0000-0000-000000000000");
    assertThat(cluster.claim(NAMESPACE, "mounted").orElseThrow().deleting()).isFalse();

    cluster.scale(WorkloadKind.DEPLOYMENT, NAMESPACE, "mounted", 0);
    await(() -> cluster.pods(NAMESPACE, Map.of("app", "box")).isEmpty());
    var id = Long.parseLong(volume.handle().orElseThrow().split("-")[0]);
    await(() -> world.linode().volume(id).orElseThrow().linodeId().isEmpty());
    var label = "client-test-" + id;
    var clone = world.linode().cloneVolume(id, label);
    try {
      await(() -> world.linode().volume(clone.id()).orElseThrow().status().equals("active"));
      assertThat(world.linode().volumesLabelled(label)).extracting("id").containsOnly(clone.id());
      assertThatThrownBy(() -> world.linode().cloneVolume(id, label)).isInstanceOf(Failure.class);
    } finally {
      world.linode().deleteVolume(clone.id());
    }
    world.linode().deleteVolume(clone.id());
    assertThat(world.linode().volume(clone.id())).isEmpty();
    assertThat(world.linode().scopes()).containsExactly("*");
  }

  @Test
  void a_cron_job_is_suspended_and_resumed() {
    apply(
        "batch/v1",
        "CronJob",
        "nightly",
        Map.of(
            "schedule",
            "0 0 1 1 *",
            "jobTemplate",
            Map.of(
                "spec",
                Map.of(
                    "template",
                    template(Map.of("restartPolicy", "Never", "containers", List.of(box(""))))))));
    for (int wanted : List.of(0, 1)) {
      cluster.scale(WorkloadKind.CRONJOB, NAMESPACE, "nightly", wanted);
      assertThat(cluster.workload(WorkloadKind.CRONJOB, NAMESPACE, "nightly"))
          .get()
          .extracting("replicas")
          .isEqualTo(wanted);
    }
    delete("batch/v1", "CronJob", "nightly");
  }

  @Test
  void an_autoscaler_is_found_by_what_it_aims_at() {
    apply(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "auto",
        Map.of(
            "scaleTargetRef",
            Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "aim"),
            "maxReplicas",
            3));
    assertThat(cluster.autoscalers(WorkloadKind.DEPLOYMENT, NAMESPACE, "aim"))
        .containsExactly("auto");
    assertThat(cluster.autoscalers(WorkloadKind.STATEFULSET, NAMESPACE, "aim")).isEmpty();
    assertThat(cluster.autoscalers(WorkloadKind.DEPLOYMENT, NAMESPACE, "other")).isEmpty();
  }

  @Test
  void a_route_is_made_refused_changed_and_removed() {
    var cloudflare = world.cloudflare();
    var zone = cloudflare.zone("pythondiscord.com").orElseThrow();
    assertThat(zone.active()).isTrue();
    assertThat(cloudflare.zone("no.such.zone")).isEmpty();
    assertThat(cloudflare.hasScript(zone.accountId(), "maintenance")).contains(true);
    assertThat(cloudflare.hasScript(zone.accountId(), "nothing")).contains(false);

    var before = cloudflare.routes(zone.id());
    var pattern = "client-test.pythondiscord.com/*";
    var route = cloudflare.createRoute(zone.id(), pattern, Optional.of("maintenance"));
    try {
      assertThat(route.script()).contains("maintenance");
      assertThatThrownBy(() -> cloudflare.createRoute(zone.id(), pattern, Optional.empty()))
          .isInstanceOfSatisfying(
              Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.REFUSED));
      assertThatThrownBy(
              () -> cloudflare.createRoute(zone.id(), "x." + pattern, Optional.of("nothing")))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("Worker");
      var none = new runbook.world.Cloudflare.Route(route.id(), pattern, Optional.empty());
      assertThat(cloudflare.updateRoute(zone.id(), none)).isEqualTo(none);
    } finally {
      cloudflare.deleteRoute(zone.id(), route.id());
    }
    cloudflare.deleteRoute(zone.id(), route.id());
    assertThat(cloudflare.routes(zone.id())).containsExactlyInAnyOrderElementsOf(before);
  }
}
