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
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;

/** Pods on a node, and how they live. */
@Timeout(240)
abstract class PodsOnNode {
  @TempDir static Path base;
  static Cluster cluster;

  @BeforeAll
  static void open() throws Exception {
    cluster = new Cluster(base);
  }

  @AfterAll
  static void close() throws Exception {
    cluster.close();
  }

  static void pod(String name, String spec) {
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

  static String read(String pod) {
    try {
      return cluster.log(pod);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
