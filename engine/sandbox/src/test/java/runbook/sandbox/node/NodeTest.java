package runbook.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;

/** The words are those of a real cluster of 1.35. */
class NodeTest extends PodsOnNode {
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
    assertThat(cluster.node.kill("default", "ephemeral", Optional.of("c"))).isOne();
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
