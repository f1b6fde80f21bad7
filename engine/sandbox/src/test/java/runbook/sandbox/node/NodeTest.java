package runbook.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;

/** The words are those of a real cluster of 1.35. */
@Timeout(240)
class NodeTest {
  @TempDir static Path base;
  private static Cluster cluster;

  @BeforeAll
  static void open() throws Exception {
    cluster = new Cluster(base);
  }

  @AfterAll
  static void close() throws Exception {
    cluster.close();
  }

  private static void pod(String name, String spec) {
    cluster.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: %s, labels: { app: %s } }
        spec: %s
        """
            .formatted(name, name, spec));
  }

  @Test
  void aPodRunsUntilItIsDeleted() throws Exception {
    pod(
        "plain",
        """
        { containers: [ { name: c, image: busybox:1.36, command: [ sh, -c,
            "echo hi; trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done" ] } ] }\
        """);
    ObjectNode pod = cluster.ready("plain");
    assertThat(Json.text(pod, "status.phase")).isEqualTo("Running");
    assertThat(Json.text(pod, "status.podIP")).startsWith("10.244.");
    var status = Cluster.status(pod, "c");
    assertThat(Json.text(status, "image")).isEqualTo("docker.io/library/busybox:1.36");
    assertThat(Json.text(status, "containerID")).matches("containerd://[0-9a-f]{64}");
    assertThat(Json.at(status, "state.running")).isPresent();
    assertThat(cluster.events("plain")).contains("Container created", "Container started");
    assertThat(cluster.log("plain")).isEqualTo("hi\n");
    Instant before = Instant.now();
    cluster.delete("plain");
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
    assertThat(cluster.events("plain")).contains("Killing: Stopping container c");
  }

  @Test
  void whoDoesNotEndIsKilledWhenTheGracePeriodIsOver() throws Exception {
    pod("deaf", "{ containers: [ { name: c, image: busybox, command: [ sleep, '1000' ] } ] }");
    cluster.ready("deaf");
    Instant before = Instant.now();
    cluster.delete(
        "deaf",
        new Deletion(
            Optional.of(2L), Deletion.Propagation.BACKGROUND, Optional.empty(), Optional.empty()));
    assertThat(Duration.between(before, Instant.now()))
        .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(6));
  }

  @Test
  void whatCrashesIsStartedAgainWithBackOff() throws Exception {
    pod(
        "crash",
        "{ containers: [ { name: c, image: busybox, command: [ sh, -c, 'echo try; exit 3' ] } ] }");
    ObjectNode pod = cluster.await("crash", p -> Cluster.waiting(p).equals("CrashLoopBackOff"));
    var status = Cluster.status(pod, "c");
    assertThat(Json.number(status, "restartCount")).contains(1L);
    assertThat(Json.text(status, "state.waiting.message"))
        .isEqualTo(
            "back-off 10s restarting failed container=c pod=crash_default(%s)"
                .formatted(Json.text(pod, "metadata.uid")));
    assertThat(Json.number(status, "lastState.terminated.exitCode")).contains(3L);
    assertThat(Json.text(status, "lastState.terminated.reason")).isEqualTo("Error");
    assertThat(Json.text(pod, "status.phase")).isEqualTo("Running");
    assertThat(cluster.log("crash", false, true)).isEqualTo("try\n");
    cluster.delete("crash");
  }

  @Test
  void anUnknownImageIsNotPulled() throws Exception {
    pod("badimage", "{ containers: [ { name: c, image: 'nothing:1' } ] }");
    ObjectNode pod = cluster.await("badimage", p -> Cluster.waiting(p).equals("ImagePullBackOff"));
    assertThat(Json.text(Cluster.status(pod, "c"), "state.waiting.message"))
        .isEqualTo(
            "Back-off pulling image \"nothing:1\": ErrImagePull: rpc error: code = NotFound desc ="
                + " failed to pull and unpack image \"docker.io/library/nothing:1\": failed to resolve"
                + " reference \"docker.io/library/nothing:1\": docker.io/library/nothing:1: not found");
    assertThat(Json.text(pod, "status.phase")).isEqualTo("Pending");
    assertThat(cluster.events("badimage")).contains("Error: ErrImagePull");
    assertThatThrownBy(() -> cluster.log("badimage"))
        .isInstanceOf(StatusException.class)
        .hasMessage(
            "container \"c\" in pod \"badimage\" is waiting to start: trying and failing to pull image");
    cluster.delete("badimage");
  }

  @Test
  void anUnknownCommandIsAStartError() throws Exception {
    pod(
        "badcommand",
        "{ restartPolicy: Never, containers: [ { name: c, image: busybox, command: [ nope ] } ] }");
    ObjectNode pod =
        cluster.await("badcommand", p -> Json.text(p, "status.phase").equals("Failed"));
    var ended = Cluster.status(pod, "c").path("state").path("terminated");
    assertThat(ended.path("exitCode").asInt()).isEqualTo(128);
    assertThat(Json.text(ended, "reason")).isEqualTo("StartError");
    assertThat(Json.text(ended, "message"))
        .contains("exec: \"nope\": executable file not found in $PATH");
  }

  @Test
  void initContainersRunOneAfterTheOtherAndAPodCanBeOver() throws Exception {
    pod(
        "once",
        """
        { restartPolicy: Never, volumes: [ { name: shared, emptyDir: {} } ],
          initContainers: [
            { name: a, image: busybox, command: [ sh, -c, "echo a >>/s/f" ],
              volumeMounts: [ { name: shared, mountPath: /s } ] },
            { name: b, image: busybox, command: [ sh, -c, "echo b >>/s/f" ],
              volumeMounts: [ { name: shared, mountPath: /s } ] } ],
          containers: [ { name: c, image: busybox, args: [ cat, /s/f ],
              volumeMounts: [ { name: shared, mountPath: /s } ] } ] }\
        """);
    ObjectNode pod = cluster.await("once", p -> Json.text(p, "status.phase").equals("Succeeded"));
    assertThat(cluster.log("once")).isEqualTo("a\nb\n");
    assertThat(Cluster.condition(pod, "Ready")).isEqualTo("False");
    assertThat(Json.text(Cluster.status(pod, "c"), "state.terminated.reason"))
        .isEqualTo("Completed");
  }

  @Test
  void environmentComesFromEverywhere() throws Exception {
    cluster.create(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: settings }
        data: { COLOUR: blue, file.txt: text }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: hidden }
        data: { PASSWORD: c2VjcmV0 }
        """);
    pod(
        "environment",
        """
        { containers: [ { name: c, image: busybox, command: [ sh, -c, "echo '$(COLOUR) $$(X)'; env; cat /etc/c/file.txt; stat -Lc %a /etc/s/p; sleep 1000" ],
            resources: { limits: { memory: 64Mi } },
            envFrom: [ { configMapRef: { name: settings } }, { secretRef: { name: hidden }, prefix: DB_ } ],
            env: [ { name: A, value: "$(DB_PASSWORD)-$(NONE)" },
                   { name: NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } },
                   { name: APP, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
                   { name: MEMORY, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: 1Mi } } },
                   { name: KEY, valueFrom: { secretKeyRef: { name: hidden, key: PASSWORD } } } ],
            volumeMounts: [ { name: c, mountPath: /etc/c }, { name: s, mountPath: /etc/s } ] } ],
          volumes: [ { name: c, configMap: { name: settings } },
                     { name: s, secret: { secretName: hidden, defaultMode: 256, items: [ { key: PASSWORD, path: p } ] } } ] }\
        """);
    cluster.ready("environment");
    String expected = "400\n";
    cluster.await("environment", p -> read("environment").endsWith(expected));
    assertThat(read("environment").lines())
        .contains(
            "blue $(X)",
            "COLOUR=blue",
            "DB_PASSWORD=secret",
            "A=secret-$(NONE)",
            "NAME=environment",
            "APP=environment",
            "MEMORY=64",
            "KEY=secret",
            "HOSTNAME=environment",
            "HOME=/root")
        .contains("text400");
    cluster.delete(
        "environment", Deletion.now(Json.text(cluster.pod("environment"), "metadata.uid")));
  }

  private static String read(String pod) {
    try {
      return cluster.log(pod);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsMissingIsWaitedFor() throws Exception {
    pod(
        "waits",
        """
        { containers: [ { name: c, image: busybox, command: [ sleep, "1000" ], envFrom: [ { configMapRef: { name: later } } ],
            volumeMounts: [ { name: v, mountPath: /v } ] } ],
          volumes: [ { name: v, configMap: { name: late } } ] }\
        """);
    cluster.await("waits", p -> cluster.events("waits").contains("FailedMount"));
    assertThat(cluster.events("waits"))
        .contains(
            "FailedMount: MountVolume.SetUp failed for volume \"v\" : configmap \"late\" not found");
    assertThat(Cluster.waiting(cluster.pod("waits"))).isEqualTo("ContainerCreating");
    cluster.create("{ apiVersion: v1, kind: ConfigMap, metadata: { name: late }, data: { k: v } }");
    ObjectNode pod =
        cluster.await("waits", p -> Cluster.waiting(p).equals("CreateContainerConfigError"));
    assertThat(Json.text(Cluster.status(pod, "c"), "state.waiting.message"))
        .isEqualTo("configmap \"later\" not found");
    cluster.create(
        "{ apiVersion: v1, kind: ConfigMap, metadata: { name: later }, data: { k: v } }");
    cluster.ready("waits");
    assertThat(cluster.exec("waits", "cat", "/v/k")).isEqualTo("v");
    cluster.delete("waits", Deletion.now(Json.text(pod, "metadata.uid")));
  }

  @Test
  void ephemeralFilesDieWithTheContainerAndEmptyDirsDoNot() throws Exception {
    pod(
        "ephemeral",
        """
        { containers: [ { name: c, image: busybox, command: [ sh, -c, "sleep 1000" ],
            volumeMounts: [ { name: v, mountPath: /v }, { name: m, mountPath: /dev/shm } ] } ],
          volumes: [ { name: v, emptyDir: {} }, { name: m, emptyDir: { medium: Memory, sizeLimit: 1Mi } } ] }\
        """);
    cluster.ready("ephemeral");
    assertThat(cluster.exec("ephemeral", "sh", "-c", "touch /root/f /v/f /dev/shm/f")).isEmpty();
    assertThat(
            cluster.exec("ephemeral", "sh", "-c", "df -k --output=size /dev/shm | tail -1").strip())
        .isEqualTo("1024");
    assertThat(cluster.node.kill("default", "ephemeral", "c")).isTrue();
    ObjectNode pod =
        cluster.await(
            "ephemeral",
            p ->
                Json.number(Cluster.status(p, "c"), "restartCount").equals(Optional.of(1L))
                    && Cluster.condition(p, "Ready").equals("True"));
    assertThat(Json.number(Cluster.status(pod, "c"), "lastState.terminated.exitCode"))
        .contains(137L);
    assertThat(cluster.exec("ephemeral", "sh", "-c", "ls /root/f /v/f /dev/shm/f 2>/dev/null"))
        .isEqualTo("/dev/shm/f\n/v/f\nexit 2\n");
    cluster.delete("ephemeral", Deletion.now(Json.text(pod, "metadata.uid")));
  }

  @Test
  void probesDecideWhatIsReadyAndWhatLives() throws Exception {
    pod(
        "probes",
        """
        { terminationGracePeriodSeconds: 1, containers: [
          { name: c, image: busybox, command: [ sh, -c, "touch /alive; sleep 1000" ],
            livenessProbe: { exec: { command: [ cat, /alive ] }, periodSeconds: 1, failureThreshold: 1 },
            readinessProbe: { tcpSocket: { port: 81 }, periodSeconds: 1 } },
          { name: w, image: plan/client:latest, env: [ { name: PORT, value: "8080" } ],
            startupProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1, failureThreshold: 30 } } ] }\
        """);
    ObjectNode pod = cluster.await("probes", p -> Cluster.status(p, "w").path("ready").asBoolean());
    assertThat(Cluster.condition(pod, "Ready")).isEqualTo("False");
    assertThat(Cluster.status(pod, "c").path("ready").asBoolean()).isFalse();
    cluster.await("probes", p -> cluster.events("probes").contains("Readiness"));
    assertThat(cluster.events("probes"))
        .contains(
            "Readiness probe failed: dial tcp %s:81: connect: connection refused"
                .formatted(Json.text(pod, "status.podIP")));
    cluster.exec("probes", Optional.of("c"), "", "rm", "/alive");
    cluster.await("probes", p -> Cluster.status(p, "c").path("restartCount").asInt() == 1);
    assertThat(cluster.events("probes"))
        .contains("Container c failed liveness probe, will be restarted");
    cluster.delete("probes");
  }

  @Test
  void securityContextIsObeyed() throws Exception {
    pod(
        "secure",
        """
        { securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 2000 },
          containers: [ { name: c, image: busybox, command: [ sleep, "1000" ], securityContext: { readOnlyRootFilesystem: true },
            volumeMounts: [ { name: v, mountPath: /v } ] } ], volumes: [ { name: v, emptyDir: {} } ] }\
        """);
    ObjectNode pod = cluster.ready("secure");
    assertThat(
            cluster.exec(
                "secure", "sh", "-c", "id -u; id -G; touch /v/f; stat -c %g /v/f; touch /f"))
        .contains("1000\n0 2000\n2000\n", "Read-only file system");
    cluster.delete("secure", Deletion.now(Json.text(pod, "metadata.uid")));
    pod(
        "asroot",
        "{ containers: [ { name: c, image: busybox, securityContext: { runAsNonRoot: true } } ] }");
    pod = cluster.await("asroot", p -> Cluster.waiting(p).equals("CreateContainerConfigError"));
    assertThat(Json.text(Cluster.status(pod, "c"), "state.waiting.message"))
        .startsWith("container has runAsNonRoot and image will run as root");
    cluster.delete("asroot");
  }

  @Test
  void aForcedDeletionLeavesNoProcess() throws Exception {
    pod("forced", "{ containers: [ { name: c, image: busybox, command: [ sleep, '12345' ] } ] }");
    ObjectNode pod = cluster.ready("forced");
    cluster.delete("forced", Deletion.now(Json.text(pod, "metadata.uid")));
    Instant deadline = Instant.now().plusSeconds(10);
    while (cluster
        .world
        .run("", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
        .contains("sleep 12345")) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(50);
    }
    assertThat(cluster.store.get(Resources.PODS, "default", "forced")).isEmpty();
  }
}
