package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the real kubectl does with a world and goes on doing: watches, logs, input, ports. */
@Tag("cluster")
@Timeout(300)
final class KubectlStreamsTest extends Kubectl {
  private static final String HTTP =
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: http }
      spec:
        containers:
          - name: main
            image: alpine
            command:
              - perl
              - -e
              - |
                use IO::Socket::INET;
                $SIG{CHLD} = "IGNORE";
                my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 9) or die $!;
                while (my $client = $server->accept) {
                  next if fork;
                  my $first = <$client>;
                  while (<$client> =~ /[a-z]/i) {}
                  my $body = $first =~ /large/ ? "x" x 2000000 : "hello from the pod";
                  print $client "HTTP/1.0 200 OK\\r\\n\\r\\n$body";
                  exit;
                }
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
      """;

  /** A command that goes on until it is closed, with what it has said so far. */
  private static final class Going implements AutoCloseable {
    private final Process process;
    private final StringBuffer said = new StringBuffer();

    Going(String line) throws IOException {
      var command = new ArrayList<String>(List.of("kubectl", "--cache-dir=" + folder.resolve("c")));
      command.addAll(List.of(line.split(" ")));
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(sandbox.environment());
      process = builder.start();
      Thread.ofVirtual()
          .start(() -> process.inputReader().lines().forEach(l -> said.append(l).append('\n')));
    }

    String await(String text) throws InterruptedException {
      var deadline = Instant.now().plus(Duration.ofSeconds(60));
      while (!said.toString().contains(text)) {
        assertThat(Instant.now()).as("%s in: %s", text, said).isBefore(deadline);
        Thread.sleep(50);
      }
      return said.toString();
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }

  @Test
  void it_looks_on() throws Exception {
    kubectl("rollout status deploy app --timeout=30s");
    var pod = kubectl("get pods -l app=app -o jsonpath={.items[0].metadata.name}");
    try (var logs = new Going("logs -f --tail=1 " + pod)) {
      logs.await("tick\ntick\ntick\n");
    }
    Files.writeString(folder.resolve("w.yaml"), APP.formatted("w", "w", "w", "one"));
    kubectl("apply -f w.yaml");
    kubectl("rollout status deploy w --timeout=30s");
    try (var table = new Going("get deploy w -w")) {
      table.await("1/1");
      kubectl("scale deploy w --replicas=3");
      table.await("3/3");
    }
    kubectl("delete deploy w");
    kubectl("wait --for=delete pod -l app=w --timeout=30s");
  }

  @Test
  void it_reads_the_log_before_the_last_restart() throws Exception {
    Files.writeString(
        folder.resolve("p.yaml"),
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: previous }
        spec:
          containers:
            - name: main
              image: busybox
              command: [ sh, -c, "echo run $(date +%N); [ -e /data/twice ] && sleep 600; touch /data/twice; exit 3" ]
              volumeMounts: [{ name: data, mountPath: /data }]
          volumes: [{ name: data, emptyDir: {} }]
        """);
    kubectl("apply -f p.yaml");
    kubectl(
        "wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/previous --timeout=30s");
    kubectl("wait --for=condition=Ready pod/previous --timeout=30s");
    var before = kubectl("logs previous --previous");
    assertThat(before).matches("run [0-9]+\n");
    assertThat(kubectl("logs previous")).matches("run [0-9]+\n").isNotEqualTo(before);
    kubectl("delete pod previous --now");
  }

  @Test
  void it_sends_input_and_forwards_a_port() throws Exception {
    kubectl("rollout status deploy app --timeout=30s");
    var pod = kubectl("get pods -l app=app -o jsonpath={.items[0].metadata.name}");
    var input = folder.resolve("input");
    Files.writeString(input, "first\nlast\n".repeat(50_000));
    var command =
        new ProcessBuilder("kubectl", "exec", "-i", pod, "--", "wc", "-l")
            .redirectInput(input.toFile())
            .redirectErrorStream(true);
    command.environment().putAll(sandbox.environment());
    var counting = command.start();
    var counted = new String(counting.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(counted.strip()).isEqualTo("100000");
    assertThat(counting.waitFor()).isZero();
    kubectl("apply -f " + Files.writeString(folder.resolve("http.yaml"), HTTP));
    kubectl("wait --for=condition=Ready pod/http --timeout=30s");
    try (var forward = new Going("port-forward pod/http :8080")) {
      var said = forward.await("Forwarding from 127.0.0.1:");
      var port = said.replaceFirst("(?s).*127\\.0\\.0\\.1:(\\d+).*", "$1");
      // one after the other, and at the same time
      for (int i = 0; i < 3; i++) assertThat(get(port, "/")).isEqualTo("hello from the pod");
      try (var threads = Executors.newFixedThreadPool(5)) {
        var answers = new ArrayList<Future<String>>();
        for (int i = 0; i < 5; i++) answers.add(threads.submit(() -> get(port, "/large")));
        for (var answer : answers) assertThat(answer.get()).hasSize(2_000_000);
      }
    }
    try (var nobody = new Going("port-forward pod/http :9999")) {
      var said = nobody.await("Forwarding from 127.0.0.1:");
      var port = said.replaceFirst("(?s).*127\\.0\\.0\\.1:(\\d+).*", "$1");
      assertThatThrownBy(() -> get(port, "/")).isInstanceOf(IOException.class);
      nobody.await("onnection refused");
    }
    kubectl("delete pod http --now");
  }

  private static String get(String port, String path) throws IOException {
    try (var in = java.net.URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
