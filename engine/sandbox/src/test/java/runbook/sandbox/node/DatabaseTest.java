package runbook.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;

/** A real database, and a client that reaches it by the name of a Service. */
@Timeout(240)
class DatabaseTest {
  private static final String SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: postgres-env }
      data: { POSTGRES_PASSWORD: c2VjcmV0, POSTGRES_USER: bWU=, PGDATA: L3Zhci9saWIvcG9zdGdyZXNxbC9kYXRhL3BnZGF0YQ== }
      """;

  private static final String DATABASE =
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: %s, labels: { app: postgres } }
      spec:
        containers:
          - name: postgres
            image: "%s"
            envFrom: [ { secretRef: { name: postgres-env } } ]
            volumeMounts:
              - { name: data, mountPath: /var/lib/postgresql/data, subPath: pgdata }
              - { name: shm, mountPath: /dev/shm }
        volumes:
          - { name: data, persistentVolumeClaim: { claimName: storage } }
          - { name: shm, emptyDir: { medium: Memory, sizeLimit: 1Gi } }
      """;

  private static final String CLIENT =
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: site }
      spec:
        securityContext: { runAsUser: 1000, runAsNonRoot: true }
        containers:
          - name: site
            image: ghcr.io/python-discord/site:latest
            env: [ { name: DATABASE_URL, value: "postgres://me:secret@postgres/me" }, { name: PORT, value: "80" } ]
            readinessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 1, failureThreshold: 1 }
      """;

  @TempDir Path base;
  private Cluster cluster;

  @BeforeEach
  void open() throws Exception {
    cluster = new Cluster(base);
    cluster.create(SECRET);
    cluster.create(
        """
        apiVersion: v1
        kind: Service
        metadata: { name: postgres }
        spec: { clusterIP: 10.96.0.77, ports: [ { port: 5432 } ] }
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: storage }
        spec: { volumeName: pv-1 }
        status: { phase: Bound }
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: { name: pv-1 }
        spec: { csi: { driver: linodebs.csi.linode.com, volumeHandle: 1-disk } }
        """);
    Files.createDirectories(base.resolve("disks/1-disk"));
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  private void attach() {
    cluster.create(
        """
        apiVersion: storage.k8s.io/v1
        kind: VolumeAttachment
        metadata: { name: csi-1 }
        spec: { nodeName: vm, source: { persistentVolumeName: pv-1 } }
        status: { attached: true }
        """);
  }

  /** Stands for the controller of endpoints. */
  private void endpoint(Optional<ObjectNode> pod) {
    ObjectNode slice = Json.object();
    slice.put("addressType", "IPv4");
    Json.put(slice, "metadata.name", "postgres-1");
    Json.put(slice, "metadata.namespace", "default");
    Json.within(slice, "metadata.labels").put("kubernetes.io/service-name", "postgres");
    slice.putArray("ports").addObject().put("name", "").put("port", 5432);
    slice.putArray("endpoints");
    pod.ifPresent(p -> {
      ObjectNode endpoint = slice.withArrayProperty("endpoints").addObject();
      endpoint.putArray("addresses").add(Json.text(p, "status.podIP"));
      endpoint.putObject("conditions").put("ready", true);
    });
    if (cluster.store.get(Resources.ENDPOINT_SLICES, "default", "postgres-1").isPresent()) {
      cluster.store.update(Resources.ENDPOINT_SLICES, slice);
    } else {
      cluster.store.create(Resources.ENDPOINT_SLICES, slice);
    }
  }

  private void awaitLog(String pod, String text) throws Exception {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(40));
    while (!cluster.log(pod).contains(text)) {
      assertThat(Instant.now()).as(cluster.log(pod)).isBefore(deadline);
      Thread.sleep(50);
    }
  }

  @Test
  void aClientLosesItsDatabaseAndGetsItBack() throws Exception {
    cluster.create(DATABASE.formatted("postgres-1", "ghcr.io/chrislovering/psql_extended:15"));
    cluster.create(CLIENT);
    cluster.await("postgres-1", p -> Cluster.waiting(p).equals("ContainerCreating"));
    attach();
    ObjectNode database = cluster.ready("postgres-1");
    endpoint(Optional.of(database));
    awaitLog("postgres-1", "PostgreSQL init process complete");
    cluster.ready("site");
    assertThat(
            cluster.exec("postgres-1", "psql", "-U", "me", "-Atc", "select count(*) > 0 from hits"))
        .isEqualTo("t\n");
    assertThat(
            cluster.exec(
                "postgres-1",
                "psql",
                "-U",
                "me",
                "-Atc",
                "select distinct client_addr from pg_stat_activity where application_name = 'site'"))
        .isEqualTo(Json.text(cluster.pod("site"), "status.podIP") + "\n");

    cluster.delete("postgres-1");
    endpoint(Optional.empty());
    cluster.await("site", p -> Cluster.condition(p, "Ready").equals("False"));
    awaitLog("site", "Connection to postgres:5432 refused");
    assertThat(base.resolve("disks/1-disk/pgdata/pgdata/PG_VERSION")).hasContent("15");

    cluster.create(DATABASE.formatted("postgres-2", "postgres:15"));
    endpoint(Optional.of(cluster.ready("postgres-2")));
    cluster.ready("site");
    assertThat(cluster.log("postgres-2")).contains("Skipping initialization");
    assertThat(Json.number(Cluster.status(cluster.pod("site"), "site"), "restartCount"))
        .contains(0L);
  }

  @Test
  void aNewerServerRefusesTheDataOfAnOlderOne() throws Exception {
    attach();
    cluster.create(DATABASE.formatted("old", "postgres:15"));
    cluster.ready("old");
    awaitLog("old", "PostgreSQL init process complete");
    awaitLog("old", "listening on IPv4 address \"0.0.0.0\", port 5432");
    cluster.delete("old");
    cluster.create(DATABASE.formatted("new", "postgres:17"));
    cluster.await("new", p -> Cluster.waiting(p).equals("CrashLoopBackOff"));
    assertThat(cluster.log("new"))
        .contains("FATAL:  database files are incompatible with server")
        .contains(
            "initialized by PostgreSQL version 15, which is not compatible with this version 17");
  }
}
