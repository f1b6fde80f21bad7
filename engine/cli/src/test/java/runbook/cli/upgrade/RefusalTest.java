package runbook.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static runbook.cli.upgrade.Lab.kubectl;
import static runbook.cli.upgrade.Lab.sql;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.client.OnCluster;

/** What must not happen: each stops before harm, with exit code 1, and says what to do. */
@OnCluster
final class RefusalTest {
  @TempDir Path folder;
  private Path plan;
  private String uid;

  @BeforeAll
  static void seed() {
    Lab.reset();
    Lab.seed(50);
  }

  @BeforeEach
  void remember() {
    plan = Site.copyOfPlan(folder);
    uid = kubectl("get", "pvc", "postgres-storage", "-o", "jsonpath={.metadata.uid}");
  }

  /** Whatever was refused: the claim is the same, and so is the version. */
  @AfterEach
  void nothingWasLost() {
    assertThat(
            kubectl(
                    "get",
                    "pvc",
                    "postgres-storage",
                    "-o",
                    "jsonpath={.metadata.uid} {.metadata.deletionTimestamp}")
                .strip())
        .isEqualTo(uid);
    Site.restore();
    assertThat(sql("postgres", "show server_version")).startsWith("15");
    assertThat(sql("metricity", "select count(*) from messages"))
        .isEqualTo(String.valueOf(50 * 900));
  }

  /** By the step itself: a preflight would have named most of them before it. */
  private String refused(String step, Map<String, String> environment, String... options) {
    var all = new ArrayList<>(List.of(options));
    all.add("--no-preflight");
    var run =
        Site.execute(
            folder, environment, "plans/postgres-upgrade.yaml", all.toArray(String[]::new));
    assertThat(run.code()).as(run.output()).isEqualTo(1);
    assertThat(run.output())
        .contains("FAILED at `" + step + "`")
        .containsPattern("to go on:  .*plan resume ");
    return run.output().substring(run.output().indexOf("FAILED at"));
  }

  private static void theServicesStillRun() {
    Site.REPLICAS.forEach(
        (name, count) -> assertThat(Site.replicas(name)).as(name).isEqualTo(count));
  }

  @Test
  void an_image_that_does_not_exist() {
    assertThat(refused("worker", Map.of(), "--set", "image=ghcr.io/owl-corp/psql_extended:99"))
        .contains("psql_extended:99")
        .contains("hint: ");
    theServicesStillRun();
    assertThat(Lab.visit()).endsWith("200");
  }

  @Test
  void a_foreign_route_on_the_pattern() {
    Lab.cloudflare(
        "POST",
        "/zones/" + Lab.zone() + "/workers/routes",
        "{\"pattern\": \"" + Site.MAINTENANCE + "\", \"script\": \"redirects\"}");
    assertThat(refused("maintenance", Map.of())).contains("redirects").contains("hint: ");
    assertThat(Lab.routes()).contains(Site.MAINTENANCE + " redirects");
    theServicesStillRun();
  }

  @Test
  void a_service_that_still_writes() {
    assertThat(
            refused("quiet", Map.of(), "--set", "services=site,metricity,metabase,bitwarden,patsy"))
        .contains("pixels")
        .contains("add it to `services` or stop it");
    assertThat(Site.replicas("postgres")).isEqualTo(1);
    assertThat(Site.replicas("pixels")).isEqualTo(1);
  }

  @Test
  void a_truncated_dump() {
    Site.edit(
        plan.resolveSibling("postgres-upgrade/tasks.sh"),
        "-l postgres | gzip -1",
        "-l postgres | if [[ $dump == */backup* ]]; then head -c 20000000; cat >/dev/null; else cat; fi | gzip -1");
    assertThat(refused("dump", Map.of())).contains("is not complete").contains("take it again");
    assertThat(Site.replicas("postgres")).isEqualTo(1);
  }

  @Test
  void a_byte_that_changes_on_the_way() throws Exception {
    try (var proxy = new FlippingProxy()) {
      var output = refused("fetch", Map.of("KUBECONFIG", proxy.kubeconfig(folder).toString()));
      assertThat(output).contains("change on the way").contains("hint: Look for a broken");
    }
    try (var files = Files.walk(folder.resolve(".plan"))) {
      assertThat(files.map(f -> f.getFileName().toString())).doesNotContain("backup.sql.gz");
    }
  }

  @Test
  void a_claim_whose_volume_would_be_destroyed() {
    var volume = kubectl("get", "pvc", "postgres-storage", "-o", "jsonpath={.spec.volumeName}");
    kubectl(
        "patch", "pv", volume, "-p", "{\"spec\": {\"persistentVolumeReclaimPolicy\": \"Delete\"}}");
    try {
      assertThat(refused("removeClaim", Map.of()))
          .contains("Delete")
          .contains("kubectl patch pv " + volume);
    } finally {
      kubectl(
          "patch",
          "pv",
          volume,
          "-p",
          "{\"spec\": {\"persistentVolumeReclaimPolicy\": \"Retain\"}}");
    }
  }

  private static final String CLONE_OF_ANOTHER =
      """
      plan: other-volume
      steps:
        - id: first
          apply: { objects: [ &claim {
            apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: other-storage },
            spec: { storageClassName: linode-block-storage-retain, accessModes: [ReadWriteOnce],
                    resources: { requests: { storage: 10Gi } } } } ] }
        - id: clone
          linodeClone: { claim: other-storage, label: clone-of-another }
        - id: exchanged
          exec: { script: "kubectl -n default delete pvc other-storage" }
        - id: second
          apply: { objects: [ *claim ] }
        - checkpoint: cloned
          require: [ { that: "${steps.clone.cloneId != steps.clone.volumeId}" } ]
        - id: removeClaim
          deletePvc: { claim: other-storage, backup: "${steps.clone}" }
          guard: cloned
      """;

  /**
   * By its name, which a check of the plan sees; and by its volume, which only the cluster knows.
   */
  @Test
  void a_clone_of_another_volume() throws Exception {
    var other = folder.resolve("other.yaml");
    Files.writeString(
        other, CLONE_OF_ANOTHER.replace("claim: other-storage, b", "claim: postgres-storage, b"));
    var misnamed = Site.execute(folder, Map.of(), "other.yaml");
    assertThat(misnamed.code()).as(misnamed.output()).isEqualTo(1);
    assertThat(misnamed.output()).contains("[proof-of-another]").contains("Nothing was begun.");
    Files.writeString(other, CLONE_OF_ANOTHER);
    try {
      var run = Site.execute(folder, Map.of(), "other.yaml");
      assertThat(run.code()).as(run.output()).isEqualTo(1);
      assertThat(run.output())
          .contains("FAILED at `removeClaim`")
          .contains("is of another volume than the claim `other-storage` has now")
          .contains("hint: ");
      assertThat(kubectl("get", "pvc", "other-storage", "-o", "jsonpath={.status.phase}"))
          .isEqualTo("Bound");
    } finally {
      for (var clone : Lab.volumes("clone-of-another"))
        Lab.linode("DELETE", "/volumes/" + clone.path("id").asText());
      kubectl("delete", "pvc", "other-storage", "--ignore-not-found");
    }
  }
}
