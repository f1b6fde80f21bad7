package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.client.Clients;
import runbook.world.Failure;
import runbook.world.World;

class HttpTest {
  private final World world = new Clients(Clients.Settings.fromEnvironment(Map.of())).world();
  private final MockWebServer server = new MockWebServer();
  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void answer(int status, String body) {
    server.enqueue(new MockResponse.Builder().code(status).body(body).build());
  }

  private Http http(Optional<List<Long>> status, Optional<String> body, long times) {
    return new Http(
        server.url("/health").toString(),
        Optional.empty(),
        Optional.of(Map.of("Accept", "text/plain")),
        status,
        body,
        Optional.of(times),
        Optional.of(Duration.ofMillis(10)));
  }

  private ActionContext context(Duration limit) {
    return new Trial(world, folder, "default").context(limit);
  }

  @Test
  void waitsForTheExpectedAnswer() throws InterruptedException {
    answer(503, "down");
    answer(200, "starting");
    answer(200, "all well");
    var done = http(Optional.empty(), Optional.of("w.ll"), 1).run(context(Duration.ofSeconds(20)));
    assertThat(done).isEqualTo(new Http.Done(200, 3));
    assertThat(server.takeRequest().getHeaders().get("Accept")).isEqualTo("text/plain");
  }

  @Test
  void countsAnswersInARow() {
    for (int status : new int[] {200, 200, 500, 200, 200, 200}) answer(status, "");
    var done = http(Optional.empty(), Optional.empty(), 3).run(context(Duration.ofSeconds(20)));
    assertThat(done.probes()).isEqualTo(6);
  }

  @Test
  void takesARedirectForAnAnswer() {
    server.enqueue(new MockResponse.Builder().code(308).addHeader("Location", "/").build());
    var done =
        http(Optional.of(List.of(301L, 308L)), Optional.empty(), 1)
            .run(context(Duration.ofSeconds(20)));
    assertThat(done.status()).isEqualTo(308);
  }

  @Test
  void saysWhatTheLastAnswerWas() {
    for (int i = 0; i < 1000; i++) answer(503, "x".repeat(199) + "🐘" + "y".repeat(100));
    var failure =
        catchThrowableOfType(
            Failure.class,
            () -> http(Optional.empty(), Optional.empty(), 1).run(context(Duration.ofSeconds(1))));
    assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
    assertThat(failure.getMessage()).contains("did not answer as expected before the time limit");
    assertThat(failure.detail()).hasValue("The last answer: status 503: " + "x".repeat(199) + "…");
    assertThat(failure.remedy()).hasValue("Expected: status 200.");
  }

  @Test
  void takesSilenceForAnAnswerThatIsNotAsExpected() {
    var action = http(Optional.empty(), Optional.empty(), 1);
    server.close();
    var failure =
        catchThrowableOfType(Failure.class, () -> action.run(context(Duration.ofSeconds(1))));
    assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMEOUT);
    assertThat(failure.detail().orElseThrow()).contains("does not answer");
    assertThat(action.preflight(context(Duration.ofSeconds(5))))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.NOTICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "example.com", "ftp://example.com/", "http:///x", "https://exa mple.com"})
  void refusesWhatIsNoUrl(String url) {
    assertThatThrownBy(() ->
            new Http(
                url,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("is no URL that begins with `http://` or `https://`.");
  }

  @Test
  void refusesWhatCannotBeExpected() {
    assertThatThrownBy(() -> http(Optional.of(List.of(99L)), Optional.empty(), 1))
        .hasMessage("`99` is no status of HTTP.");
    assertThatThrownBy(() -> http(Optional.empty(), Optional.of("("), 1))
        .hasMessageStartingWith("`body` is no regular expression");
    assertThatThrownBy(() -> http(Optional.empty(), Optional.empty(), 0))
        .hasMessage("`times` is at least 1.");
  }
}
