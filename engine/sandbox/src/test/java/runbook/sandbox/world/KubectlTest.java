package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the real kubectl does with a world, wherever there is a kubectl. */
@Tag("cluster")
@Timeout(300)
final class KubectlTest {
  private static final String APP =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: %s }
      spec:
        replicas: 1
        selector: { matchLabels: { app: %s } }
        template:
          metadata: { labels: { app: %s } }
          spec:
            terminationGracePeriodSeconds: 1
            containers:
              - name: main
                image: busybox:1.36
                command: [ sh, -c, "while :; do echo %s; sleep 0.2; done" ]
      """;

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

  @TempDir static Path folder;
  private static Sandbox sandbox;

  private record Ended(int code, String output) {}

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "kubectl"))),
        "there is no kubectl");
    Files.writeString(folder.resolve("app.yaml"), APP.formatted("app", "app", "app", "tick"));
    Files.writeString(folder.resolve("world.yaml"), "world: kubectl\nmanifests: [ app.yaml ]\n");
    sandbox = Sandbox.start(WorldReader.read(folder), System.out::println);
  }

  @AfterAll
  static void close() {
    if (sandbox != null) sandbox.close();
  }

  private static Ended run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of("kubectl", "--cache-dir=" + folder.resolve("c")));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(sandbox.environment());
    builder.redirectInput(new File("/dev/null"));
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
    return new Ended(process.exitValue(), output);
  }

  private static String kubectl(String line) throws IOException, InterruptedException {
    var ended = run(line.split(" "));
    assertThat(ended.code).as("kubectl %s\n%s", line, ended.output).isZero();
    return ended.output;
  }

  @Test
  void it_finds_out_what_is_served() throws Exception {
    assertThat(kubectl("version")).contains("Server Version: v1.35");
    assertThat(kubectl("api-resources")).contains("deployments", "persistentvolumeclaims", "pvc");
    assertThat(kubectl("explain deployment.spec.replicas")).contains("FIELD: replicas <integer>");
    assertThat(kubectl("auth can-i delete pods")).isEqualTo("yes\n");
  }

  @Test
  void it_applies_and_compares() throws Exception {
    var file = folder.resolve("b.yaml");
    Files.writeString(file, APP.formatted("b", "b", "b", "one"));
    assertThat(kubectl("apply -f b.yaml")).isEqualTo("deployment.apps/b created\n");
    assertThat(kubectl("apply -f b.yaml")).isEqualTo("deployment.apps/b unchanged\n");
    assertThat(kubectl("diff -f b.yaml")).isEmpty();
    Files.writeString(file, APP.formatted("b", "b", "b", "two"));
    var diff = run("diff", "-f", "b.yaml");
    assertThat(diff.code).isEqualTo(1);
    assertThat(diff.output).contains("echo one", "echo two");
    assertThat(kubectl("apply -f b.yaml")).isEqualTo("deployment.apps/b configured\n");
    assertThat(kubectl("apply --server-side -f b.yaml")).contains("serverside-applied");
    var other =
        run("apply", "--server-side", "--field-manager=x", "--dry-run=server", "-f", "b.yaml");
    assertThat(other.code).as(other.output).isZero();
    Files.writeString(file, APP.formatted("b", "b", "b", "three"));
    var conflict = run("apply", "--server-side", "--field-manager=x", "-f", "b.yaml");
    assertThat(conflict.code).isEqualTo(1);
    assertThat(conflict.output).contains("conflicts with \"kubectl\":", "[name=\"main\"].command");
    assertThat(kubectl("delete deploy b --wait=true")).contains("deleted");
  }

  @Test
  void it_creates_by_words() throws Exception {
    kubectl("create secret generic s --from-literal=a=b");
    assertThat(kubectl("get secret s -o jsonpath={.data.a}")).isEqualTo("Yg==");
    kubectl("create configmap c --from-literal=a=b");
    assertThat(kubectl("get configmap c -o jsonpath={.data.a}")).isEqualTo("b");
    kubectl("create deployment d --image=busybox:1.36 --replicas=2 -- sleep 100");
    kubectl("rollout status deploy d --timeout=30s");
    assertThat(kubectl("get deploy d")).contains("2/2");
    kubectl("delete deploy d --wait=false");
  }

  @Test
  void it_changes_and_rolls_out() throws Exception {
    Files.writeString(folder.resolve("r.yaml"), APP.formatted("r", "r", "r", "tick"));
    kubectl("apply -f r.yaml");
    kubectl("scale deploy r --replicas=2");
    assertThat(kubectl("rollout status deploy r --timeout=30s"))
        .contains("successfully rolled out");
    kubectl("set image deploy r main=busybox:1.37");
    kubectl("rollout status deploy r --timeout=30s");
    assertThat(kubectl("rollout history deploy r")).contains("1 ", "2 ");
    kubectl("rollout undo deploy r");
    kubectl("rollout restart deploy r");
    kubectl("rollout status deploy r --timeout=30s");
    assertThat(kubectl("get deploy r -o jsonpath={..image}")).isEqualTo("busybox:1.36");
    kubectl("label deploy r x=y");
    kubectl("annotate deploy r note=z");
    kubectl("patch deploy r -p {\"spec\":{\"replicas\":1}}");
    kubectl("wait --for=condition=Available deploy/r --timeout=30s");
    assertThat(kubectl("describe deploy r")).contains("x=y", "note: z", "ScalingReplicaSet");
    assertThat(kubectl("events --for deployment/r")).contains("Scaled up replica set");
    assertThat(kubectl("get deploy r -o wide")).contains("busybox:1.36", "app=r");
    kubectl("delete deploy r --wait=false");
  }

  @Test
  void it_reaches_into_pods() throws Exception {
    kubectl("rollout status deploy app --timeout=30s");
    var pod = kubectl("get pods -l app=app -o jsonpath={.items[0].metadata.name}");
    assertThat(kubectl("logs " + pod)).startsWith("tick\n");
    assertThat(kubectl("exec " + pod + " -- echo hi")).isEqualTo("hi\n");
    var failed = run("exec", pod, "--", "sh", "-c", "exit 7");
    assertThat(failed.code).isEqualTo(7);
    assertThat(run("exec", pod, "--", "nosuchcommand").output)
        .contains("executable file not found in $PATH");
    var bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Files.write(folder.resolve("big"), bytes);
    kubectl("cp big " + pod + ":/tmp/big");
    kubectl("cp " + pod + ":/tmp/big back");
    assertThat(folder.resolve("back")).hasBinaryContent(bytes);
    assertThat(kubectl("get pod " + pod + " -o yaml")).contains("phase: Running");
    assertThat(kubectl("describe pod " + pod)).contains("Normal  Started");
  }

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
