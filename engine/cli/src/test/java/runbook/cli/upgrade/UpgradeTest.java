package runbook.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static runbook.cli.upgrade.Lab.kubectl;
import static runbook.cli.upgrade.Lab.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.client.OnCluster;

/** The shipped plan, carried out on a real cluster; what it claims is asked of the world itself. */
@OnCluster
final class UpgradeTest {
  private static final List<String> ROUTES =
      List.of("pythondiscord.com/invite* redirects", "*pythondiscord.com/.well-known/* null");

  @TempDir Path folder;

  @Test
  void postgres_moves_from_15_to_17_with_all_its_data() throws Exception {
    Lab.reset();
    Lab.seed(Integer.getInteger("upgrade.mib", 200));
    Lab.await("the site answers", Duration.ofMinutes(1), () -> Lab.visit().endsWith("200"));
    var hits = Site.lastHits();
    var before = Site.data(hits);
    var routes = Lab.routes();
    var oldHandle = Site.volumeHandle();
    assertThat(sql("postgres", "show server_version")).startsWith("15");
    assertThat(before).hasSize(8);

    var plan = Site.copyOfPlan(folder);
    assertThat(
            Lab.run(
                folder,
                Map.of(),
                Duration.ofMinutes(5),
                List.of(
                    Lab.REPOSITORY.resolve("plan").toString(),
                    "validate",
                    "--quiet",
                    plan.toString())))
        .isEqualTo(new Lab.Ended(0, ""));
    var visits = new ConcurrentLinkedQueue<String>();
    var running = new AtomicBoolean(true);
    var visitor =
        Thread.ofVirtual()
            .start(() -> {
              while (running.get()) visits.add(Lab.visit());
            });
    var run = Site.execute(folder, Map.of(), "plans/postgres-upgrade.yaml");
    running.set(false);
    visitor.join();
    System.out.println(run.output());
    assertThat(run.code()).as(run.output()).isZero();

    theDataAreEqualOnTheNewVersion(hits, before, oldHandle);
    theServicesWriteAgain();
    visitorsGotTheMaintenancePageAndNoLongerDo(visits, routes);
    theCloneExistsOnceAndTheOldVolumeIsKept(oldHandle, run.output());
    theWorkerGoesAndItsVolumeWithIt();
    nothingOfTheSecretsWasWrittenDown(run.output());
  }

  private static void theDataAreEqualOnTheNewVersion(
      Map<String, Long> hits, Map<String, String> before, String oldHandle) {
    assertThat(sql("postgres", "show server_version")).startsWith("17");
    assertThat(Site.volumeHandle()).isNotEqualTo(oldHandle);
    assertThat(Site.data(hits)).isEqualTo(before);
    for (var role : List.of("site", "metricity", "metabase", "bitwarden", "pixels", "patsy")) {
      assertThat(Lab.logsIn(role, role + "-password", role)).as("%s logs in", role).isTrue();
      assertThat(Lab.logsIn(role, "wrong", role))
          .as("%s logs in with a wrong password", role)
          .isFalse();
    }
    assertThat(Lab.logsIn("grafana", "grafana-password", "site")).isTrue();
    assertThat(
            Lab.object("deploy", "postgres").at("/spec/template/spec/containers/0/image").asText())
        .endsWith("psql_extended:17");
    assertThat(
            sql(
                "site",
                "select count(*) from pg_stat_all_tables where schemaname = 'api' and last_analyze is not null"))
        .isNotEqualTo("0");
  }

  private static void theServicesWriteAgain() {
    Site.REPLICAS.forEach((name, count) -> {
      assertThat(Site.replicas(name)).as(name).isEqualTo(count);
      assertThat(Lab.object("deploy", name).at("/status/readyReplicas").asInt())
          .as(name)
          .isEqualTo(count);
    });
    var then = Site.lastHits();
    Lab.await(
        "every service has written",
        Duration.ofMinutes(1),
        () -> {
          var now = Site.lastHits();
          return then.entrySet().stream()
              .filter(e -> !e.getKey().equals("patsy"))
              .allMatch(e -> now.get(e.getKey()) > e.getValue());
        });
  }

  private static void visitorsGotTheMaintenancePageAndNoLongerDo(
      Iterable<String> visits, List<String> routes) {
    assertThat(visits).anySatisfy(v -> assertThat(v).contains("maintenance").endsWith("503"));
    assertThat(Lab.visit()).contains("\"server\":\"17").endsWith("200");
    assertThat(Lab.routes()).isEqualTo(routes).containsExactlyInAnyOrderElementsOf(ROUTES);
  }

  private static void theCloneExistsOnceAndTheOldVolumeIsKept(String oldHandle, String output) {
    var clones = Lab.volumes(Site.CLONE);
    assertThat(clones).hasSize(1);
    assertThat(clones.getFirst().path("status").asText()).isEqualTo("active");
    var oldId = oldHandle.substring(0, oldHandle.indexOf('-'));
    assertThat(Lab.linode("GET", "/volumes/" + oldId).path("status").asText()).isEqualTo("active");
    var kept =
        kubectl(
            "get",
            "pv",
            "-o",
            "jsonpath={range .items[?(@.spec.csi.volumeHandle=='"
                + oldHandle
                + "')]}{.metadata.name} {.status.phase} {.spec.persistentVolumeReclaimPolicy}{end}");
    assertThat(kept).endsWith("Released Retain");
    assertThat(output)
        .contains("Left behind:")
        .contains(clones.getFirst().path("id").asText())
        .contains(oldId)
        .contains(kept.split(" ")[0]);
  }

  private static void theWorkerGoesAndItsVolumeWithIt() {
    Lab.await(
        "the worker's job and volume are gone",
        Duration.ofMinutes(3),
        () ->
            kubectl("get", "job,pod", "-l", "app=postgres-upgrade", "-o", "name").isEmpty()
                && kubectl("get", "pv", "-o", "name").lines().count() == 2);
  }

  private void nothingOfTheSecretsWasWrittenDown(String output) throws IOException {
    var secrets =
        List.of(
            "lab-superuser-password",
            "site-password",
            "metricity-password",
            System.getenv("LINODE_TOKEN"),
            System.getenv("CLOUDFLARE_API_TOKEN"));
    assertThat(output).doesNotContain(secrets);
    try (var files = Files.walk(folder.resolve(".plan"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(secrets);
      }
    }
  }

  @Test
  void a_database_without_any_table_moves_too() {
    Lab.reset();
    var fixtures = Lab.kit().resolve("../fixtures/python-discord").normalize();
    kubectl(
        "apply",
        "-f",
        Lab.kit().resolve("manifests/pydis.yaml").toString(),
        "-f",
        fixtures.resolve("configmap.yaml").toString(),
        "-f",
        fixtures.resolve("volume.yaml").toString(),
        "-f",
        fixtures.resolve("service.yaml").toString(),
        "-f",
        fixtures.resolve("deployment.yaml").toString());
    // services that have no database answer all the same
    for (var secret : List.of("site-env", "metricity-env"))
      kubectl(
          "patch",
          "secret",
          secret,
          "--type=json",
          "-p",
          "[{\"op\": \"remove\", \"path\": \"/data/DATABASE_URL\"}]");
    kubectl("rollout", "restart", "deploy", "metricity");
    kubectl("apply", "-f", fixtures.resolve("site.yaml").toString());
    for (var name : List.of("postgres", "metricity", "site"))
      kubectl("rollout", "status", "deploy", name, "--timeout=120s");
    Lab.await(
        "PostgreSQL",
        Duration.ofMinutes(2),
        () ->
            Lab.run(
                        folder,
                        Map.of(),
                        Duration.ofSeconds(20),
                        List.of(
                            "kubectl",
                            "exec",
                            "deploy/postgres",
                            "--",
                            "pg_isready",
                            "-q",
                            "-h",
                            "127.0.0.1"))
                    .code()
                == 0);

    Site.copyOfPlan(folder);
    var run =
        Site.execute(
            folder, Map.of(), "plans/postgres-upgrade.yaml", "--set", "services=site,metricity");
    assertThat(run.code()).as(run.output()).isZero();
    assertThat(sql("postgres", "show server_version")).startsWith("17");
    assertThat(Site.replicas("site")).isEqualTo(2);
  }
}
