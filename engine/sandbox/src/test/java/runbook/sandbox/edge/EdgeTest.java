package runbook.sandbox.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import runbook.sandbox.cloudflare.Cloudflare;
import runbook.sandbox.cloudflare.CloudflareApi;
import runbook.sandbox.cloudflare.Script;
import runbook.sandbox.cloudflare.Token;
import runbook.sandbox.cloudflare.Token.Permission;
import runbook.sandbox.cloudflare.Zone;
import runbook.sandbox.contract.Api;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.time.SandboxClock;

@Timeout(30)
final class EdgeTest {
  private static final Zone ZONE = new Zone(Cloudflare.newId(), "example.com", "active");

  private final Cloudflare cloudflare =
      new Cloudflare(
          "sandbox",
          Map.of("token", new Token(Cloudflare.newId(), Set.of(Permission.WORKERS_ROUTES_READ))),
          List.of(ZONE),
          List.of(new Script("maintenance", 503, Map.of("Retry-After", "600"), "later")));
  private HttpServer origin;
  private HttpServer edge;
  private Api visitor;

  @BeforeEach
  void start() throws IOException {
    origin = HttpServer.start(Optional.empty(), EdgeTest::serve);
    edge = HttpServer.start(Optional.empty(), new Edge(cloudflare, _ -> connect()));
    visitor = new Api(edge.url(), Optional.empty());
  }

  @AfterEach
  void stop() {
    edge.close();
    origin.close();
  }

  private static void serve(Request request, Response response) throws IOException {
    response.headers().set("X-Served", "yes");
    switch (request.path()) {
      case "/echo" -> response.send(201, "text/plain", request.bytes(1 << 20));
      case "/stream" -> {
        for (int i = 0; i < 1000; i++) response.body().write(new byte[1000]);
      }
      case "/half" -> {
        response.headers().set("Content-Length", "1000");
        response.body().write(new byte[10]);
        response.body().flush();
        response.abort();
      }
      default ->
          response.send(
              200,
              "text/plain",
              request.method()
                  + " "
                  + request.headers().first("Host").orElse("")
                  + request.target()
                  + " "
                  + request.headers().first("X-Forwarded-Proto").orElse(""));
    }
  }

  private Origin.Connection connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(origin.url()).getPort());
    return new Origin.Connection() {
      @Override
      public InputStream in() {
        try {
          return socket.getInputStream();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public OutputStream out() {
        try {
          return socket.getOutputStream();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() {
        try {
          socket.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  @Test
  void withoutARouteTheOriginAnswers() throws Exception {
    var answer = visitor.get("/page?x=1", "Host", "www.example.com").expect(200);
    assertThat(answer.text()).isEqualTo("GET www.example.com/page?x=1 https");
    assertThat(answer.header("Server")).hasValue("cloudflare");
    assertThat(answer.header("X-Served")).hasValue("yes");
  }

  @Test
  void bodiesPassBothWays() throws Exception {
    var text = "said ".repeat(10_000);
    var answer = visitor.send("POST", "/echo", text, "Host", "example.com").expect(201);
    assertThat(answer.text()).isEqualTo(text);
    assertThat(visitor.get("/stream", "Host", "example.com").expect(200).body()).hasSize(1_000_000);
  }

  @Test
  void anAnswerThatIsCutOffIsNotTakenForWhole() {
    assertThatThrownBy(() -> visitor.get("/half", "Host", "example.com"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void theOriginIsAskedAgainWhenTheRouteIsGone() throws Exception {
    cloudflare.add(ZONE, "*example.com/*", Optional.of("maintenance"));
    var later = visitor.get("/", "Host", "www.example.com").expect(503);
    assertThat(later.text()).isEqualTo("later");
    assertThat(later.header("Retry-After")).hasValue("600");
    cloudflare.add(ZONE, "www.example.com/health", Optional.empty());
    visitor.get("/health", "Host", "www.example.com").expect(200);
    visitor.get("/health", "Host", "example.com").expect(503);
  }

  @Test
  void anOriginThatIsDown() throws Exception {
    origin.close();
    var answer = visitor.get("/", "Host", "example.com").expect(502);
    assertThat(answer.text()).contains("error code: 502").contains("refused");
  }

  @Test
  void routesThatCannotBeAreRefusedAsTheApiDoes() {
    assertThatThrownBy(() -> cloudflare.add(ZONE, "other.com/*", Optional.empty()))
        .hasMessage("workers.api.error.invalid_route_pattern");
    assertThatThrownBy(() -> cloudflare.add(ZONE, "example.com/*", Optional.of("none")))
        .hasMessage("workers.api.error.script_not_found");
  }

  @Test
  void tooManyRequestsAreTurnedAwayForFiveMinutes() throws Exception {
    var clock = SandboxClock.real();
    try (var server = HttpServer.start(Optional.empty(), new CloudflareApi(cloudflare, clock))) {
      var api = Api.with(server.url(), "token");
      var path = "/client/v4/zones/" + ZONE.id() + "/workers/routes";
      for (int i = 0; i < 1200; i++) api.get(path).expect(200);
      var refused = api.get(path).expect(429);
      assertThat(refused.header("retry-after").map(Integer::parseInt).orElseThrow())
          .isBetween(295, 301);
      assertThat(refused.json().path("success").asBoolean(true)).isFalse();
      clock.pass(java.time.Duration.ofMinutes(4));
      api.get(path).expect(429);
      clock.pass(java.time.Duration.ofMinutes(1));
      api.get(path).expect(200);
    }
  }
}
