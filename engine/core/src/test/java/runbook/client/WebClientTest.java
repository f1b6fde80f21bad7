package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import runbook.world.Failure;
import runbook.world.Web;

/** A web site as a visitor sees it. */
final class WebClientTest {
  private final MockWebServer server = new MockWebServer();
  private final Clients clients = new Clients(Clients.Settings.fromEnvironment(Map.of()));
  private final Web web = clients.world().web();

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    clients.close();
    server.close();
  }

  @Test
  void a_host_header_and_a_redirect_are_left_as_they_are() throws InterruptedException {
    server.enqueue(
        new MockResponse.Builder().code(302).addHeader("Location", "/elsewhere").build());
    var answer =
        web.request(
            "GET",
            server.url("/").toString(),
            Map.of("Host", "www.example.com"),
            Duration.ofSeconds(5));
    assertThat(answer.status()).isEqualTo(302);
    assertThat(server.takeRequest().getHeaders().get("Host")).isEqualTo("www.example.com");
  }

  @Test
  void the_value_of_a_header_is_in_no_message() {
    var headers = Map.of("X-Api-Key", "hunter2\u0001");
    var url = server.url("/").toString();
    assertThatThrownBy(() -> web.request("GET", url, headers, Duration.ofSeconds(5)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("X-Api-Key")
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @Test
  void an_answer_may_take_as_long_as_the_limit_and_its_body_is_cut() {
    server.enqueue(
        new MockResponse.Builder()
            .headersDelay(500, TimeUnit.MILLISECONDS)
            .body("x".repeat(100_000))
            .build());
    var url = server.url("/").toString();
    assertThat(web.request("GET", url, Map.of(), Duration.ofSeconds(9)).body()).hasSize(64 * 1024);
    server.enqueue(new MockResponse.Builder().headersDelay(5, TimeUnit.SECONDS).build());
    var began = Instant.now();
    assertThatThrownBy(() -> web.request("GET", url, Map.of(), Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.UNREACHABLE));
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(3));
  }
}
