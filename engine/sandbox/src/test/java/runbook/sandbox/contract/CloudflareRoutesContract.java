package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.sandbox.json.Json;

/** The first half of {@link CloudflareContract}, and what both need. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class CloudflareRoutesContract {
  static final Description DESCRIPTION = Description.of("cloudflare");
  static final String ROOT = "/client/v4";
  static final String HOST = "c%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));

  final List<String> made = new ArrayList<>();
  Api api;
  Api edge;
  String zone;
  String account;
  String routes;

  /** Before {@code /client/v4}, with a token that may read zones and write routes. */
  abstract Api api() throws Exception;

  /** One that may read only. */
  abstract String readOnlyToken();

  /** Where visitors come. */
  abstract Api edge() throws Exception;

  abstract String zoneName();

  /** Ends what was begun for the tests. */
  void close() {}

  /** The scripts {@code maintenance}, which answers 503, and {@code redirects} are there. */
  @BeforeAll
  void begin() throws Exception {
    api = api();
    edge = edge();
    var found = api.get(ROOT + "/zones?name=" + zoneName()).expect(200).json().path("result");
    assertThat(found).hasSize(1);
    zone = found.get(0).path("id").asText();
    account = found.get(0).path("account").path("id").asText();
    routes = ROOT + "/zones/" + zone + "/workers/routes";
  }

  @AfterEach
  void deleteWhatWasMade() throws Exception {
    for (var id : made) api.delete(routes + "/" + id);
    made.clear();
  }

  @AfterAll
  void end() {
    close();
  }

  String host() {
    return HOST + "." + zoneName();
  }

  static String body(String pattern, String script) {
    return Json.object().put("pattern", pattern).put("script", script).toString();
  }

  String create(String pattern, Optional<String> script) throws Exception {
    var answer = api.post(routes, body(pattern, script.orElse(null))).expect(200);
    var id = answer.json().path("result").path("id").asText();
    made.add(id);
    return id;
  }

  JsonNode route(String id) throws Exception {
    return api.get(routes + "/" + id).expect(200).json().path("result");
  }

  void refused(Api.Answer answer, int status, int code) {
    answer.expect(status);
    DESCRIPTION.holds("zones-get-4XX", answer);
    var json = answer.json();
    assertThat(json.path("success").asBoolean(true)).isFalse();
    assertThat(json.get("result").isNull()).isTrue();
    assertThat(json.path("errors").get(0).path("code").asInt()).as(answer.text()).isEqualTo(code);
    assertThat(json.path("errors").get(0).path("message").asText()).isNotBlank();
  }

  // --- shapes

  @Test
  void theTokenIsSaidToBeActive() throws Exception {
    var answer = api.get(ROOT + "/user/tokens/verify").expect(200);
    DESCRIPTION.holds("user-api-tokens-verify-token-200", answer);
    assertThat(answer.json().path("result").path("status").asText()).isEqualTo("active");
    assertThat(answer.json().path("success").asBoolean()).isTrue();
  }

  @Test
  void aZoneIsFoundByItsName() throws Exception {
    var answer = api.get(ROOT + "/zones?name=" + zoneName()).expect(200);
    DESCRIPTION.holds("zones-get-200", answer);
    var found = answer.json().path("result").get(0);
    assertThat(found.path("name").asText()).isEqualTo(zoneName());
    assertThat(found.path("status").asText()).isEqualTo("active");
    assertThat(answer.json().path("result_info").path("total_count").asInt()).isEqualTo(1);
  }

  @Test
  void aZoneOfAnotherNameIsNotFound() throws Exception {
    var answer = api.get(ROOT + "/zones?name=www." + zoneName()).expect(200);
    DESCRIPTION.holds("zones-get-200", answer);
    assertThat(answer.json().path("result")).isEmpty();
    var pending = api.get(ROOT + "/zones?name=" + zoneName() + "&status=pending").expect(200);
    assertThat(pending.json().path("result")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"per_page=4", "per_page=51", "per_page=x"})
  void pagesThatAreTooSmallOrTooLarge(String query) throws Exception {
    var answer = api.get(ROOT + "/zones?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("success").asBoolean(true)).isFalse();
  }

  @Test
  void aRouteThatIsMadeIsThere() throws Exception {
    var pattern = host() + "/made*";
    var answer = api.post(routes, body(pattern, "maintenance")).expect(200);
    DESCRIPTION.holds("worker-routes-create-route-200", answer);
    // nothing but the id can be relied on
    var id = answer.json().path("result").path("id").asText();
    made.add(id);
    var one = api.get(routes + "/" + id).expect(200);
    DESCRIPTION.holds("worker-routes-get-route-200", one);
    var route = one.json().path("result");
    assertThat(route.path("id").asText()).isEqualTo(id);
    assertThat(route.path("pattern").asText()).isEqualTo(pattern);
    assertThat(route.path("script").asText()).isEqualTo("maintenance");
    var list = api.get(routes).expect(200);
    assertThat(list.json().path("result").valueStream().filter(route::equals)).hasSize(1);
  }

  @Test
  void aRouteWithoutAScriptIsToldWithNull() throws Exception {
    var id = create(host() + "/hole/*", Optional.empty());
    assertThat(route(id).get("script").isNull()).isTrue();
    var left = api.post(routes, "{\"pattern\":\"%s/left/*\"}".formatted(host())).expect(200);
    made.add(left.json().path("result").path("id").asText());
    assertThat(route(made.getLast()).get("script").isNull()).isTrue();
  }

  @Test
  void aRouteIsReplacedAsAWhole() throws Exception {
    var id = create(host() + "/before*", Optional.of("maintenance"));
    var put = api.put(routes + "/" + id, body(host() + "/after*", "redirects")).expect(200);
    DESCRIPTION.holds("worker-routes-update-route-200", put);
    assertThat(route(id).path("pattern").asText()).isEqualTo(host() + "/after*");
    assertThat(route(id).path("script").asText()).isEqualTo("redirects");
    api.put(routes + "/" + id, "{\"pattern\":\"%s/after*\"}".formatted(host())).expect(200);
    assertThat(route(id).get("script").isNull()).isTrue();
  }

  @Test
  void aRouteThatIsDeletedIsGone() throws Exception {
    var id = create(host() + "/gone*", Optional.of("maintenance"));
    // without the body that the description asks for, as the documentation's own example
    var answer = api.delete(routes + "/" + id).expect(200);
    DESCRIPTION.holds("worker-routes-delete-route-200", answer);
    refused(api.get(routes + "/" + id), 404, 10005);
    refused(api.delete(routes + "/" + id), 404, 10005);
    refused(api.put(routes + "/" + id, body(host() + "/gone*", "maintenance")), 404, 10005);
  }

  @Test
  void scriptsAreListed() throws Exception {
    var answer = api.get(ROOT + "/accounts/" + account + "/workers/scripts").expect(200);
    assertThat(answer.json().path("result").valueStream().map(s -> s.path("id").asText()))
        .contains("maintenance", "redirects");
    api.get(ROOT + "/accounts/" + account + "/workers/scripts/maintenance/settings").expect(200);
    refused(
        api.get(ROOT + "/accounts/" + account + "/workers/scripts/nothing/settings"), 404, 10007);
  }

  // --- what is refused

  @Test
  void aPatternIsTakenOnce() throws Exception {
    var pattern = host() + "/once*";
    var id = create(pattern, Optional.of("redirects"));
    refused(api.post(routes, body(pattern, "redirects")), 409, 10020);
    refused(api.post(routes, body(pattern, "maintenance")), 409, 10020);
    var other = create(host() + "/other*", Optional.empty());
    refused(api.put(routes + "/" + other, body(pattern, "maintenance")), 409, 10020);
    api.put(routes + "/" + id, body(pattern, "maintenance")).expect(200);
  }

  // --- tokens

  // --- the edge

  Api.Answer visit(String url) throws Exception {
    int slash = url.indexOf('/');
    return edge.get(url.substring(slash), "Host", url.substring(0, slash));
  }

  static boolean isMaintenance(Api.Answer answer) {
    return answer.status() == 503 && answer.header("Retry-After").isPresent();
  }

  static boolean isRedirects(Api.Answer answer) {
    return answer.text().contains("redirects");
  }
}
