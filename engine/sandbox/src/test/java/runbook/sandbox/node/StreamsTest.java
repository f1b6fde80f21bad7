package runbook.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.api.Kubelet.LogOptions;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.time.SandboxClock;

@Timeout(120)
class StreamsTest {
  private static final LogOptions ALL =
      new LogOptions(
          Optional.empty(),
          false,
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

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

  private static ObjectNode pod(String name, String script) throws Exception {
    cluster.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: %s }
        spec:
          terminationGracePeriodSeconds: 1
          containers: [ { name: c, image: busybox, command: [ bash, -c, %s ] } ]
        """
            .formatted(name, Json.of(script)));
    return cluster.ready(name);
  }

  private static String read(String pod, LogOptions options) throws IOException {
    return Cluster.text(cluster.kubelet.log("default", pod, options));
  }

  private static void await(String pod, String lastLine) throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!read(pod, ALL).endsWith(lastLine)) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void aLogIsReadAsItIsAskedFor() throws Exception {
    pod("speaks", "for i in 1 2 3 4 5; do echo line $i; done; printf 'no end'; exec sleep 1000");
    await("speaks", "line 5\n");
    Optional<Long> none = Optional.empty();
    assertThat(
            read(
                "speaks",
                new LogOptions(
                    Optional.of("c"),
                    false,
                    false,
                    false,
                    Optional.of(2L),
                    none,
                    Optional.empty())))
        .isEqualTo("line 4\nline 5\n");
    assertThat(
            read(
                "speaks",
                new LogOptions(
                    Optional.empty(),
                    false,
                    false,
                    false,
                    none,
                    Optional.of(9L),
                    Optional.empty())))
        .isEqualTo("line 1\nli");
    assertThat(
            read(
                "speaks",
                new LogOptions(
                    Optional.empty(), false, false, true, Optional.of(1L), none, Optional.empty())))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z line 5\n");
    assertThat(
            read(
                "speaks",
                new LogOptions(
                    Optional.empty(),
                    false,
                    false,
                    false,
                    none,
                    none,
                    Optional.of(Instant.now().plusSeconds(60)))))
        .isEmpty();
    assertThatThrownBy(() ->
            read(
                "speaks",
                new LogOptions(
                    Optional.of("x"), false, false, false, none, none, Optional.empty())))
        .hasMessage("container x is not valid for pod speaks");
    assertThatThrownBy(() ->
            read(
                "speaks",
                new LogOptions(Optional.empty(), false, true, false, none, none, Optional.empty())))
        .hasMessage("previous terminated container \"c\" in pod \"speaks\" not found");
  }

  @Test
  void aFollowedLogEndsWithItsContainer() throws Exception {
    pod("followed", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
    var log =
        cluster.kubelet.log(
            "default",
            "followed",
            new LogOptions(
                Optional.empty(),
                true,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(log.readNBytes(3)).asString().isEqualTo("up\n");
    cluster.delete("followed");
    assertThat(Cluster.text(log)).isEqualTo("bye\n");
  }

  @Test
  void aLogThatGrowsTooBigIsBegunAnewAndFollowedOn(@TempDir Path folder) throws Exception {
    var pipe = new PipedOutputStream();
    var log = new ContainerLog(folder.resolve("0.log"), SandboxClock.real(), 2_000);
    log.take(new PipedInputStream(pipe, 1 << 16), InputStream.nullInputStream());
    var followed =
        new LogReader(
            log,
            new LogOptions(
                Optional.empty(),
                true,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String line = "line " + i + "\n";
      expected.append(line);
      pipe.write(line.getBytes(StandardCharsets.UTF_8));
      pipe.flush();
      assertThat(new String(followed.readNBytes(line.length()), StandardCharsets.UTF_8))
          .isEqualTo(line);
    }
    pipe.close();
    assertThat(followed.read()).isEqualTo(-1);
    String newest = Cluster.text(new LogReader(log, ALL));
    assertThat(expected.toString()).endsWith(newest);
    assertThat(newest.length()).isLessThan(1_000);
    assertThat(folder.resolve("0.log.1")).exists();
    assertThat(folder.resolve("0.log.5")).doesNotExist();
  }

  @Test
  void aCommandGoesOnWhenNobodyListens() throws Exception {
    pod("detached", "exec sleep 1000");
    var execution =
        cluster.kubelet.exec(
            "default",
            "detached",
            Optional.empty(),
            List.of(
                "sh", "-c", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done; echo over >/over"),
            false,
            false);
    assertThat(execution.stdout().readNBytes(2)).asString().isEqualTo("1\n");
    execution.close();
    Instant deadline = Instant.now().plusSeconds(10);
    while (!cluster.exec("detached", "cat", "/over").equals("over\n")) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(50);
    }
  }

  @Test
  void bytesPassUnchangedBothWays() throws Exception {
    pod("bytes", "exec sleep 1000");
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    try (var execution =
        cluster.kubelet.exec("default", "bytes", Optional.empty(), List.of("cat"), true, false)) {
      Thread.ofVirtual()
          .start(() -> {
            try (var stdin = execution.stdin()) {
              stdin.write(bytes);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThat(execution.stdout().readAllBytes()).isEqualTo(bytes);
      assertThat(execution.await()).isZero();
    }
  }

  @Test
  void aPortOfThePodsOwnLoopbackIsReached() throws Exception {
    ObjectNode pod =
        pod(
            "port",
            "exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(Listen=>5,LocalAddr=>\"127.0.0.1\","
                + "LocalPort=>7000) or die $!; while($c=$s->accept){ $l=<$c>; print $c \"got $l\"; close $c }'");
    assertThat(Json.text(pod, "status.phase")).isEqualTo("Running");
    Instant deadline = Instant.now().plusSeconds(10);
    while (true) {
      try (var forward = cluster.kubelet.forward("default", "port", 7000)) {
        forward.out().write("hello\n".getBytes(StandardCharsets.UTF_8));
        assertThat(Cluster.text(forward.in())).isEqualTo("got hello\n");
        break;
      } catch (IOException e) {
        assertThat(Instant.now()).isBefore(deadline);
      }
    }
    assertThatThrownBy(() -> cluster.kubelet.forward("default", "port", 7001))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("dial tcp4 127.0.0.1:7001: connect: connection refused");
  }

  @Test
  void aMountedConfigMapFollowsItsObject() throws Exception {
    cluster.create(
        "{ apiVersion: v1, kind: ConfigMap, metadata: { name: live }, data: { k: one, gone: x } }");
    cluster.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: live }
        spec:
          containers: [ { name: c, image: busybox, command: [ sleep, "1000" ],
            volumeMounts: [ { name: v, mountPath: /v }, { name: v, mountPath: /fixed, subPath: k } ] } ]
          volumes: [ { name: v, configMap: { name: live } } ]
        """);
    cluster.ready("live");
    assertThat(cluster.exec("live", "cat", "/v/k", "/fixed")).isEqualTo("oneone");
    cluster.store.modify(
        Resources.CONFIG_MAPS,
        "default",
        "live",
        map -> {
          Json.put(map, "data", Map.of("k", "two"));
          return map;
        });
    cluster.clock.pass(Duration.ofMinutes(2));
    Instant deadline = Instant.now().plusSeconds(10);
    while (!cluster.exec("live", "cat", "/v/k").equals("two")) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(50);
    }
    // a part of a volume is mounted as it was, as in a real cluster
    assertThat(cluster.exec("live", "sh", "-c", "cat /fixed; ls /v")).isEqualTo("onek\n");
  }
}
