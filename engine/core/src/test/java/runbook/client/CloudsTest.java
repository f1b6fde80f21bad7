package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import runbook.type.Secret;
import runbook.world.Clock;
import runbook.world.Failure;
import runbook.world.World;

/** What the clients do with answers that clouds give on bad days. */
final class CloudsTest {
  private static final String VOLUME =
      "{\"id\": 7, \"label\": \"a\", \"status\": \"active\", \"size\": 20, \"region\": \"eu\", \"linode_id\": null, \"tags\": [], \"created\": \"2026-01-01T00:00:00\", \"new_field\": {}}";

  private final MockWebServer server = new MockWebServer();
  private Clients clients;
  private World world;

  @BeforeEach
  void start() throws IOException {
    server.start();
    var url = server.url("/v4").toString();
    clients =
        new Clients(
            new Clients.Settings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Secret("t", "hunter2")),
                url,
                Optional.of(new Secret("t", "hunter2")),
                url));
    world = clients.world();
  }

  @AfterEach
  void stop() {
    clients.close();
    server.close();
  }

  private void answer(int status, String body, String... header) {
    var response = new MockResponse.Builder().code(status).body(body);
    if (header.length > 0) response.addHeader(header[0], header[1]);
    server.enqueue(response.build());
  }

  @Test
  void unknown_fields_are_ignored_and_the_token_is_sent() throws InterruptedException {
    answer(200, VOLUME);
    assertThat(world.linode().volume(7))
        .get()
        .extracting("status", "linodeId")
        .containsExactly("active", Optional.empty());
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer hunter2");
  }

  @Test
  void all_pages_are_read() {
    answer(200, "{\"data\": [" + VOLUME + "], \"page\": 1, \"pages\": 2}");
    answer(200, "{\"data\": [" + VOLUME.replace("7", "8") + "], \"page\": 2, \"pages\": 2}");
    assertThat(world.linode().volumesLabelled("a")).extracting("id").containsExactly(7L, 8L);
  }

  @Test
  void a_read_is_repeated_after_passing_faults() {
    answer(503, "");
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    answer(200, VOLUME);
    assertThat(world.linode().volume(7)).isPresent();
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  @Test
  void a_rate_limit_is_waited_for_as_long_as_it_says_and_changes_nothing() {
    answer(429, "{\"errors\": [{\"reason\": \"Too many requests\"}]}", "Retry-After", "1");
    answer(200, VOLUME);
    var began = Instant.now();
    assertThat(world.linode().cloneVolume(7, "a").id()).isEqualTo(7);
    assertThat(Duration.between(began, Instant.now()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void a_clone_whose_answer_is_lost_is_not_sent_again() {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    answer(200, VOLUME);
    assertThatThrownBy(() -> world.linode().cloneVolume(7, "a"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.UNREACHABLE));
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void a_refusal_gives_the_clouds_own_words_and_no_token() {
    answer(
        401,
        "{\"errors\": [{\"reason\": \"Your OAuth token is not authorized\", \"field\": \"label\"}]}");
    assertThatThrownBy(() -> world.linode().cloneVolume(7, "a"))
        .isInstanceOfSatisfying(
            Failure.class,
            f -> {
              assertThat(f.detail()).contains("`label`: Your OAuth token is not authorized");
              assertThat(f.remedy().orElse("")).contains("volumes:read_write");
              assertThat(f + f.getMessage() + f.detail()).doesNotContain("hunter2");
            });
  }

  @Test
  void cloudflare_is_judged_by_success_and_not_by_status() {
    answer(
        200,
        "{\"success\": false, \"errors\": [{\"code\": 10020, \"message\": \"duplicate_route\"}], \"messages\": [], \"result\": null}");
    assertThatThrownBy(() -> world.cloudflare().createRoute("z", "*a/*", Optional.of("m")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("there already");
    answer(
        409,
        "{\"success\": false, \"errors\": [{\"code\": 10020, \"message\": \"duplicate_route\"}], \"messages\": [], \"result\": null}");
    assertThatThrownBy(() -> world.cloudflare().createRoute("z", "*a/*", Optional.of("m")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("there already");
    answer(
        400,
        "{\"success\": false, \"errors\": [{\"code\": 10019, \"message\": \"script_not_found\"}], \"messages\": [], \"result\": null}");
    assertThatThrownBy(() -> world.cloudflare().createRoute("z", "*a/*", Optional.of("m")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("Worker");
  }

  @Test
  void a_created_route_is_read_again_since_the_answer_may_have_its_id_alone() {
    answer(
        200, "{\"success\": true, \"errors\": [], \"messages\": [], \"result\": {\"id\": \"r\"}}");
    answer(
        200,
        "{\"success\": true, \"errors\": [], \"messages\": [], \"result\": {\"id\": \"r\", \"pattern\": \"*a/*\", \"script\": \"m\"}}");
    assertThat(world.cloudflare().createRoute("z", "*a/*", Optional.of("m")).script())
        .contains("m");
  }

  @Test
  void a_route_that_is_gone_is_deleted() {
    answer(
        404,
        "{\"success\": false, \"errors\": [{\"code\": 10005, \"message\": \"not_found\"}], \"messages\": [], \"result\": null}");
    world.cloudflare().deleteRoute("z", "r");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void a_host_header_and_a_redirect_are_left_as_they_are() throws InterruptedException {
    answer(302, "", "Location", "/elsewhere");
    var answer =
        world
            .web()
            .request(
                "GET",
                server.url("/").toString(),
                Map.of("Host", "www.example.com"),
                Duration.ofSeconds(5));
    assertThat(answer.status()).isEqualTo(302);
    assertThat(server.takeRequest().getHeaders().get("Host")).isEqualTo("www.example.com");
  }

  @Test
  void a_missing_token_says_which_variable_to_set_and_only_when_it_is_needed() {
    try (var none = new Clients(Clients.Settings.fromEnvironment(Map.of()))) {
      var poor = none.world();
      assertThatThrownBy(() -> poor.linode().volume(1))
          .isInstanceOfSatisfying(
              Failure.class, f -> assertThat(f.remedy().orElse("")).contains("LINODE_TOKEN"));
    }
  }

  @Test
  void pauses_between_attempts_grow_and_end() {
    var pauses = new ArrayList<Duration>();
    var clock =
        new Clock() {
          @Override
          public Instant now() {
            return Instant.EPOCH;
          }

          @Override
          public void sleep(Duration d) {
            pauses.add(d);
          }
        };
    Retry.Call<String> never =
        () -> {
          throw new Retry.Passing(Failure.unreachable("No.", null), Optional.empty(), false);
        };
    assertThatThrownBy(() -> new Retry(clock).send(true, never)).isInstanceOf(Failure.class);
    assertThat(pauses).hasSize(5).isSorted();
    pauses.clear();
    assertThatThrownBy(() -> new Retry(clock).send(false, never)).isInstanceOf(Failure.class);
    assertThat(pauses).isEqualTo(List.of());
  }
}
