package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import runbook.type.Secret;
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
  void a_missing_token_says_which_variable_to_set_and_only_when_it_is_needed() {
    try (var none = new Clients(Clients.Settings.fromEnvironment(Map.of()))) {
      var poor = none.world();
      assertThatThrownBy(() -> poor.linode().volume(1))
          .isInstanceOfSatisfying(
              Failure.class, f -> assertThat(f.remedy().orElse("")).contains("LINODE_TOKEN"));
    }
  }

  @Test
  void the_scopes_come_from_an_answer_that_a_token_for_volumes_gets() throws InterruptedException {
    answer(
        200,
        "{\"data\": [], \"page\": 1, \"pages\": 1}",
        "X-OAuth-Scopes",
        "volumes:read_write events:read_only");
    assertThat(world.linode().scopes()).containsExactly("volumes:read_write", "events:read_only");
    assertThat(server.takeRequest().getUrl().encodedPath()).isEqualTo("/v4/volumes");
  }

  @Test
  void what_is_no_answer_of_the_cloud_is_not_asked_for_again() {
    answer(200, "<html>Please log in</html>");
    assertThatThrownBy(() -> world.linode().volume(7))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.FAILED));
    answer(200, "<html>Please log in</html>");
    assertThatThrownBy(() -> world.linode().cloneVolume(7, "a"))
        .as("the clone may exist")
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.UNREACHABLE));
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void a_change_that_met_a_fault_of_the_server_is_not_sent_again() {
    answer(500, "{\"success\": false, \"errors\": [{\"code\": 10013, \"message\": \"unknown\"}]}");
    assertThatThrownBy(() -> world.cloudflare().createRoute("z", "*a/*", Optional.of("m")))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.UNREACHABLE));
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void an_unknown_zone_has_no_empty_list_of_routes() {
    answer(404, "{\"success\": false, \"errors\": [{\"code\": 7003, \"message\": \"no\"}]}");
    assertThatThrownBy(() -> world.cloudflare().routes("z"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no zone");
  }

  @Test
  void two_zones_of_one_name_are_refused() {
    var zone = "{\"id\": \"1\", \"name\": \"a.org\", \"status\": \"active\"}";
    answer(200, "{\"success\": true, \"result\": [%s, %s]}".formatted(zone, zone));
    assertThatThrownBy(() -> world.cloudflare().zone("a.org"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("2 zones");
  }

  @Test
  void a_token_may_not_know_the_scripts() {
    answer(403, "{\"success\": false, \"errors\": [{\"code\": 10000, \"message\": \"no\"}]}");
    assertThat(world.cloudflare().hasScript("account", "m")).isEmpty();
    answer(200, "{\"success\": true, \"result\": [{\"id\": \"m\"}]}");
    assertThat(world.cloudflare().hasScript("account", "m")).contains(true);
  }

  @Test
  void a_token_that_cannot_be_sent_is_refused_without_being_shown() {
    var settings = Clients.Settings.fromEnvironment(Map.of("LINODE_TOKEN", "hun\u0001ter2"));
    try (var odd = new Clients(settings)) {
      var linode = odd.world().linode();
      assertThatThrownBy(() -> linode.volume(1))
          .isInstanceOf(Failure.class)
          .hasMessageNotContaining("ter2");
    }
  }
}
