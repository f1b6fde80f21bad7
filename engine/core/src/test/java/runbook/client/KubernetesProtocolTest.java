package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.world.Cluster;
import runbook.world.Cluster.Ended;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Cluster.Target;
import runbook.world.Failure;

/** What a real API server does only on bad days, over plain HTTP. */
@Timeout(60)
final class KubernetesProtocolTest {
  private static final Target BOX = new Target("a", "box", "box");
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

  @TempDir private Path folder;

  private final MockWebServer server = new MockWebServer();
  private final LinkedBlockingQueue<ByteString> received = new LinkedBlockingQueue<>();
  private Clients clients;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    server.start();
    var kubeconfig =
        Files.writeString(
            folder.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u, namespace: databases}}]
            clusters: [{name: c, cluster: {server: "%s"}}]
            users: [{name: u, user: {token: hunter2}}]
            """
                .formatted(server.url("/")));
    clients =
        new Clients(Clients.Settings.fromEnvironment(Map.of("KUBECONFIG", kubeconfig.toString())));
    cluster = clients.world().cluster();
  }

  @AfterEach
  void stop() {
    clients.close();
    server.close();
  }

  private void answer(int status, String body) {
    server.enqueue(new MockResponse.Builder().code(status).body(body).build());
  }

  private static String status(int code, String message) {
    return "{\"kind\": \"Status\", \"code\": %d, \"message\": \"%s\"}".formatted(code, message);
  }

  /** Agrees on the sub-protocol and then does what is wanted. */
  private void upgrade(String protocol, Consumer<WebSocket> then) {
    server.enqueue(
        new MockResponse.Builder()
            .addHeader("Sec-WebSocket-Protocol", protocol)
            .webSocketUpgrade(
                new WebSocketListener() {
                  @Override
                  public void onOpen(WebSocket socket, Response response) {
                    then.accept(socket);
                  }

                  @Override
                  public void onMessage(WebSocket socket, ByteString bytes) {
                    received.add(bytes);
                  }

                  @Override
                  public void onClosing(WebSocket socket, int code, String reason) {
                    socket.close(1000, "");
                  }
                })
            .build());
  }

  private static ByteString channel(int channel, String text) {
    var bytes = (" " + text).getBytes(StandardCharsets.UTF_8);
    bytes[0] = (byte) channel;
    return ByteString.of(bytes);
  }

  private Ended exec(Optional<InputStream> in, OutputStream out, Duration limit) {
    return cluster.exec(BOX, List.of("a b", "+%&=\n"), in, out, NOWHERE, limit);
  }

  @Test
  void both_protocols_are_offered_in_one_handshake_and_the_words_arrive_whole() throws Exception {
    upgrade(
        "v5.channel.k8s.io",
        socket -> {
          socket.send(channel(1, "out"));
          socket.send(channel(3, "{\"status\": \"Success\"}"));
        });
    var out = new ByteArrayOutputStream();
    assertThat(exec(Optional.empty(), out, LIMIT)).isEqualTo(new Ended.Exited(0));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out");
    var request = server.takeRequest();
    assertThat(request.getHeaders().get("Sec-WebSocket-Protocol"))
        .isEqualTo("v5.channel.k8s.io, v4.channel.k8s.io");
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer hunter2");
    assertThat(request.getHeaders().get(OpenCalls.HEADER)).isNull();
    assertThat(request.getUrl().queryParameterValues("command")).containsExactly("a b", "+%&=\n");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void the_end_of_input_is_said_in_v5_and_cannot_be_in_v4() throws Exception {
    for (var protocol : List.of("v5.channel.k8s.io", "v4.channel.k8s.io")) {
      upgrade(protocol, socket -> {});
      var in = new ByteArrayInputStream("x".getBytes(StandardCharsets.UTF_8));
      assertThat(exec(Optional.of(in), NOWHERE, Duration.ofSeconds(1)))
          .isInstanceOf(Ended.Unknown.class);
      assertThat(received.poll(1, TimeUnit.SECONDS)).isEqualTo(channel(0, "x"));
      var next = received.poll(500, TimeUnit.MILLISECONDS);
      if (protocol.startsWith("v5"))
        assertThat(next).isEqualTo(ByteString.of((byte) 255, (byte) 0));
      else assertThat(next).isNull();
    }
  }

  @Test
  void input_that_cannot_be_read_is_not_ended() throws Exception {
    upgrade("v5.channel.k8s.io", socket -> {});
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk gone");
          }
        };
    assertThat(exec(Optional.of(broken), NOWHERE, LIMIT))
        .isInstanceOfSatisfying(
            Ended.Unknown.class, e -> assertThat(e.why()).contains("disk gone"));
    assertThat(received.poll(300, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void no_status_is_no_success() {
    upgrade("v5.channel.k8s.io", socket -> socket.close(1000, ""));
    assertThat(exec(Optional.empty(), NOWHERE, LIMIT)).isInstanceOf(Ended.Unknown.class);
    upgrade("v5.channel.k8s.io", WebSocket::cancel);
    assertThat(exec(Optional.empty(), NOWHERE, LIMIT)).isInstanceOf(Ended.Unknown.class);
    upgrade("v5.channel.k8s.io", socket -> socket.send(channel(3, "{")));
    assertThat(exec(Optional.empty(), NOWHERE, LIMIT)).isInstanceOf(Ended.Unknown.class);
    upgrade("", socket -> socket.send(channel(3, "{\"status\": \"Success\"}")));
    assertThat(exec(Optional.empty(), NOWHERE, LIMIT)).isInstanceOf(Ended.Unknown.class);
  }

  @Test
  void a_refusal_by_the_api_server_did_not_begin_and_one_by_a_gateway_may_have() {
    answer(500, status(500, "etcd is away"));
    assertThatThrownBy(() -> exec(Optional.empty(), NOWHERE, LIMIT))
        .isInstanceOfSatisfying(
            Failure.class,
            f -> {
              assertThat(f).hasMessageContaining("did not begin");
              assertThat(f.detail()).contains("etcd is away");
            });
    answer(504, "<html>Gateway timeout</html>");
    assertThat(exec(Optional.empty(), NOWHERE, LIMIT)).isInstanceOf(Ended.Unknown.class);
    answer(403, status(403, "pods box is forbidden"));
    assertThatThrownBy(() -> exec(Optional.empty(), NOWHERE, LIMIT))
        .isInstanceOfSatisfying(
            Failure.class,
            f -> {
              assertThat(f.kind()).isEqualTo(Failure.Kind.REFUSED);
              assertThat(f.remedy().orElse("")).contains("create pods/exec");
            });
    assertThat(server.getRequestCount()).as("none is sent twice").isEqualTo(3);
  }

  @Test
  void a_handshake_without_an_answer_is_sent_once() {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertThat(exec(Optional.empty(), NOWHERE, LIMIT)).isInstanceOf(Ended.Unknown.class);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void a_failure_names_the_call_and_the_missing_right_and_never_the_token() {
    answer(403, status(403, "no"));
    assertThatThrownBy(
            () -> cluster.workload(Cluster.WorkloadKind.DEPLOYMENT, "default", "postgres"))
        .isInstanceOfSatisfying(
            Failure.class,
            f -> {
              assertThat(f).hasMessageContaining("`get deployments.apps postgres`");
              assertThat(f.remedy().orElse("")).contains("`get deployments.apps`");
              assertThat(f + "" + f.detail() + f.remedy()).doesNotContain("hunter2");
            });
  }

  @Test
  void a_read_is_repeated_and_a_lost_answer_of_a_conditional_change_too() {
    answer(503, "");
    answer(429, "");
    answer(200, "{\"metadata\": {\"name\": \"pv\", \"uid\": \"u\"}}");
    assertThat(cluster.volume("pv")).isPresent();
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    answer(404, status(404, "not found"));
    cluster.deleteVolume("pv", "u");
    assertThat(server.getRequestCount()).isEqualTo(5);
  }

  @Test
  void a_conflict_of_other_kind_is_not_called_one_of_managers() {
    answer(
        200,
        "{\"resources\": [{\"name\": \"configmaps\", \"namespaced\": true, \"kind\": \"ConfigMap\"}]}");
    answer(409, status(409, "object is being deleted"));
    var ref = new ObjectRef("v1", "ConfigMap", Optional.of("a"), "b");
    assertThatThrownBy(() -> cluster.apply(ref, Map.of(), "plan", false, false))
        .isInstanceOf(Failure.class)
        .hasMessageNotContaining("managers");
  }

  @Test
  void a_log_line_without_end_does_not_fill_the_memory_and_half_a_line_is_not_one() {
    var time = "2026-01-01T00:00:00.123456789Z ";
    server.enqueue(
        new MockResponse.Builder()
            .body(time + "x".repeat(3 << 20) + "\n" + time + "second\n" + time + "half")
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    answer(200, time + "only\n");
    var lines = new ArrayList<String>();
    cluster.logs(BOX, Optional.empty(), false, LIMIT, line -> lines.add(line.text()));
    assertThat(lines).allSatisfy(l -> assertThat(l.length()).isLessThanOrEqualTo(1 << 20));
    assertThat(lines).doesNotContain("half");
  }

  @Test
  void what_a_log_reader_throws_reaches_the_caller() {
    answer(200, "2026-01-01T00:00:00Z one\n");
    assertThatThrownBy(() ->
            cluster.logs(
                BOX,
                Optional.empty(),
                false,
                LIMIT,
                line -> {
                  throw new IllegalStateException("a fault of ours");
                }))
        .hasMessage("a fault of ours");
  }

  @Test
  void the_namespace_is_the_kubeconfigs() {
    assertThat(clients.namespace()).isEqualTo("databases");
  }
}
