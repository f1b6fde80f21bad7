package runbook.sandbox.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpServerTest {
  private HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.start(Optional.empty(), HttpServerTest::answer);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private static void answer(Request request, Response response) throws IOException {
    switch (request.segments().isEmpty() ? "" : request.segments().getFirst()) {
      case "echo" -> request.body().transferTo(response.body());
      case "what" ->
          response.send(
              200, "text/plain", request.method() + " " + request.path() + " " + request.query());
      case "abort" -> response.abort();
      case "half" -> {
        response.body().write(new byte[100_000]);
        response.body().flush();
        response.abort();
      }
      case "length" -> {
        response.headers().set("Content-Length", "5");
        response.body().write("hello".getBytes(StandardCharsets.UTF_8));
      }
      case "none" -> response.status(204);
      case "socket" -> {
        var socket = response.webSocket(WebSocket.choose(request, "v5", "v4"));
        for (var m = socket.receive(); m.isPresent(); m = socket.receive()) {
          if (new String(m.get(), StandardCharsets.UTF_8).equals("end")) {
            socket.sendText("the last word");
            socket.close();
            return;
          }
          socket.send(m.get());
        }
      }
      default -> response.send(404, "text/plain", "nothing\n");
    }
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path));
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void bodies_go_both_ways_with_a_length_and_in_chunks() throws Exception {
    for (int size : new int[] {0, 1, 65_536, 3_000_000}) {
      var bytes = random(size);
      assertThat(send(to("/echo").POST(BodyPublishers.ofByteArray(bytes))).body()).isEqualTo(bytes);
      var stream = BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(bytes));
      assertThat(send(to("/echo").POST(stream)).body()).isEqualTo(bytes);
      assertThat(
              send(to("/echo").expectContinue(true).POST(BodyPublishers.ofByteArray(bytes))).body())
          .isEqualTo(bytes);
    }
    assertThat(send(to("/length")).body()).asString().isEqualTo("hello");
    assertThat(send(to("/none")).statusCode()).isEqualTo(204);
    assertThat(send(to("/length").method("HEAD", BodyPublishers.noBody())).body()).isEmpty();
  }

  @Test
  void the_target_is_decoded() throws Exception {
    assertThat(send(to("/what/a%2Fb/c+d?x=1&x=a%20b+c&y")).body())
        .asString()
        .isEqualTo("GET /what/a/b/c+d {x=[1, a b c], y=[]}");
  }

  @Test
  void a_connection_is_used_again() throws Exception {
    var answers =
        raw(
            """
            GET /what HTTP/1.1\r
            Host: a\r
            \r
            POST /length HTTP/1.1\r
            Host: a\r
            Content-Length: 4\r
            \r
            bodyGET /nothing HTTP/1.1\r
            Host: a\r
            Connection: close\r
            \r
            """);
    assertThat(answers)
        .containsSubsequence("200 OK", "GET /what {}", "200 OK", "hello", "404 Not Found");
  }

  private String raw(String text) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void what_is_no_request_is_refused() throws Exception {
    assertThat(raw("hello\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request");
    assertThat(raw("GET / HTTP/2\r\n\r\n")).startsWith("HTTP/1.1 505");
    assertThat(raw("GET a HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET /%zz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET / HTTP/1.1\r\nno field\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(500) + "\r\n"))
        .startsWith("HTTP/1.1 431");
    assertThat(raw("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 431");
    assertThat(raw("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"))
        .startsWith("HTTP/1.1 400");
    assertThat(raw("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"))
        .startsWith("HTTP/1.1 400");
    assertThat(raw("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
        .doesNotContain("\r\n0\r\n");
  }

  @Test
  void any_bytes_leave_the_server_alive() throws Exception {
    var random = new Random(5);
    var pieces =
        new String[] {
          "GET ",
          "POST ",
          "/echo",
          " HTTP/1.1",
          "\r\n",
          "\n",
          ":",
          "Content-Length: 5",
          "%",
          "?",
          "Transfer-Encoding: chunked",
          "5\r\nhello\r\n0\r\n\r\n",
          "\0",
          "Upgrade: websocket",
          "Connection: upgrade",
          "Expect: 100-continue",
          "ü",
          " ",
          "ffffffffff\r\n",
          "-1"
        };
    for (int i = 0; i < 400; i++) {
      var text = new StringBuilder(random.nextBoolean() ? "POST /echo HTTP/1.1\r\n" : "");
      for (int n = random.nextInt(12); n > 0; n--)
        text.append(pieces[random.nextInt(pieces.length)]);
      try {
        raw(text.toString());
      } catch (IOException reset) {
        // it may cut the connection
      }
    }
    assertThat(send(to("/length")).statusCode()).isEqualTo(200);
  }

  @Test
  void it_can_cut_and_refuse_connections_and_come_back() throws Exception {
    assertThatThrownBy(() -> send(to("/abort"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> send(to("/half"))).isInstanceOf(IOException.class);
    server.stop();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close())
        .isInstanceOf(java.net.ConnectException.class);
    server.resume();
    assertThat(send(to("/length")).statusCode()).isEqualTo(200);
  }

  /** Collects what comes until the server closes. */
  private static final class Listener implements java.net.http.WebSocket.Listener {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final StringBuilder text = new StringBuilder();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onBinary(
        java.net.http.WebSocket socket, ByteBuffer data, boolean last) {
      var piece = new byte[data.remaining()];
      data.get(piece);
      bytes.writeBytes(piece);
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onText(
        java.net.http.WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(java.net.http.WebSocket socket, int code, String reason) {
      closed.complete(code);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void a_web_socket_carries_large_and_divided_messages_and_the_last_word() throws Exception {
    var listener = new Listener();
    var socket =
        client
            .newWebSocketBuilder()
            .subprotocols("v5", "v4")
            .buildAsync(URI.create(server.url().replace("http", "ws") + "/socket"), listener)
            .get(20, TimeUnit.SECONDS);
    assertThat(socket.getSubprotocol()).isEqualTo("v5");
    var bytes = random(200_000);
    for (int i = 0; i < 4; i++)
      socket
          .sendBinary(
              ByteBuffer.wrap(Arrays.copyOfRange(bytes, i * 50_000, (i + 1) * 50_000)), i == 3)
          .get(20, TimeUnit.SECONDS);
    socket.sendPing(ByteBuffer.wrap(new byte[] {1})).get(20, TimeUnit.SECONDS);
    socket.sendText("end", true).get(20, TimeUnit.SECONDS);
    assertThat(listener.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
    assertThat(listener.bytes.toByteArray()).isEqualTo(bytes);
    assertThat(listener.text.toString()).isEqualTo("the last word");
  }
}
