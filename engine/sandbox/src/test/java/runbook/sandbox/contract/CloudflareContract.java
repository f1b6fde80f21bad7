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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.sandbox.json.Json;

/**
 * What plans rely on in the Cloudflare API v4 and at the edge: the official description, the
 * documentation of Workers' routes, and the facts E of the domain notes. It makes routes for hosts
 * of its own and deletes them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class CloudflareContract {
  private static final Description DESCRIPTION = Description.of("cloudflare");
  private static final String ROOT = "/client/v4";
  private static final String HOST =
      "c%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));

  private final List<String> made = new ArrayList<>();
  private Api api;
  private Api edge;
  private String zone;
  private String account;
  private String routes;

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

  private String host() {
    return HOST + "." + zoneName();
  }

  private static String body(String pattern, String script) {
    return Json.object().put("pattern", pattern).put("script", script).toString();
  }

  private String create(String pattern, Optional<String> script) throws Exception {
    var answer = api.post(routes, body(pattern, script.orElse(null))).expect(200);
    var id = answer.json().path("result").path("id").asText();
    made.add(id);
    return id;
  }

  private JsonNode route(String id) throws Exception {
    return api.get(routes + "/" + id).expect(200).json().path("result");
  }

  private void refused(Api.Answer answer, int status, int code) {
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

  @Test
  void aScriptHasToBeThere() throws Exception {
    refused(api.post(routes, body(host() + "/none*", "nothing")), 400, 10019);
    var id = create(host() + "/some*", Optional.of("redirects"));
    refused(api.put(routes + "/" + id, body(host() + "/some*", "nothing")), 400, 10019);
    assertThat(route(id).path("script").asText()).isEqualTo("redirects");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com/*",
        "notZONE/*",
        "ZONE/*?x=1",
        "ZONE/a*b",
        "www.*.ZONE/*",
        "ftp://ZONE/*",
        "ZONE/*.jpg",
        "*",
        "ZONE.example.com/*",
        "a b.ZONE/"
      })
  void patternsThatAreNone(String pattern) throws Exception {
    var text = pattern.replace("ZONE", zoneName());
    refused(api.post(routes, body(text, "maintenance")), 400, 10022);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOST",
        "HOST/",
        "HOST/*",
        "*.HOST/*",
        "*HOST/*",
        "https://HOST/a/b*",
        "http://HOST/*",
        "a.b.HOST/c"
      })
  void patternsOfAllForms(String pattern) throws Exception {
    var text = pattern.replace("HOST", host());
    assertThat(route(create(text, Optional.empty())).path("pattern").asText()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'script':'maintenance'}", "{'pattern':", "{'pattern':'HOST/x','script':7}"})
  void bodiesThatAreNone(String body) throws Exception {
    var json = body.replace('\'', '"').replace("HOST", host());
    refused(api.post(routes, json), 400, 10026);
  }

  @Test
  void aZoneThatIsNotThere() throws Exception {
    var other = ROOT + "/zones/" + "f".repeat(32) + "/workers/routes";
    refused(api.get(other), 404, 7003);
    refused(api.post(other, body(host() + "/x", "maintenance")), 404, 7003);
    refused(api.get(ROOT + "/nothing"), 404, 7003);
  }

  // --- tokens

  @Test
  void withoutATokenNothingIsSaid() throws Exception {
    refused(api.anonymous().get(routes), 400, 9106);
    refused(api.as("wrong").get(routes), 401, 10000);
    refused(api.as("wrong").get(ROOT + "/zones?name=" + zoneName()), 401, 10000);
    refused(api.as("wrong").get(ROOT + "/user/tokens/verify"), 401, 1000);
  }

  @Test
  void aTokenThatMayReadMayDoNothingElse() throws Exception {
    var id = create(host() + "/kept*", Optional.of("maintenance"));
    var reader = api.as(readOnlyToken());
    reader.get(routes).expect(200);
    reader.get(ROOT + "/user/tokens/verify").expect(200);
    refused(reader.post(routes, body(host() + "/x", "maintenance")), 403, 10000);
    refused(reader.put(routes + "/" + id, body(host() + "/x", "maintenance")), 403, 10000);
    refused(reader.delete(routes + "/" + id), 403, 10000);
    assertThat(route(id).path("pattern").asText()).isEqualTo(host() + "/kept*");
  }

  @Test
  void anAnswerTellsHowManyRequestsAreLeft() throws Exception {
    assertThat(api.get(routes).header("Ratelimit").orElseThrow())
        .matches("\"default\";r=[0-9]+;t=[0-9]+");
  }

  // --- the edge

  private Api.Answer visit(String url) throws Exception {
    int slash = url.indexOf('/');
    return edge.get(url.substring(slash), "Host", url.substring(0, slash));
  }

  private static boolean isMaintenance(Api.Answer answer) {
    return answer.status() == 503 && answer.header("Retry-After").isPresent();
  }

  private static boolean isRedirects(Api.Answer answer) {
    return answer.text().contains("redirects");
  }

  @Test
  void maintenanceIsAPageThatSaysWhenToComeBack() throws Exception {
    create(host() + "/*", Optional.of("maintenance"));
    var page = visit(host() + "/some/page?x=1").expect(503);
    assertThat(Integer.parseInt(page.header("Retry-After").orElseThrow())).isPositive();
    assertThat(page.header("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.text()).containsIgnoringCase("maintenance");
  }

  @Test
  void aRouteWorksUntilItIsDeleted() throws Exception {
    var id = create(host() + "/*", Optional.of("maintenance"));
    assertThat(isMaintenance(visit(host() + "/"))).isTrue();
    api.delete(routes + "/" + id).expect(200);
    assertThat(isMaintenance(visit(host() + "/"))).isFalse();
  }

  /** The first pattern leads to maintenance; it is asked whether a URL gets there. */
  @ParameterizedTest
  @CsvSource({
    "HOST/*, HOST/, true",
    "HOST/*, www.HOST/, false",
    "*.HOST/*, HOST/, false",
    "*.HOST/*, www.HOST/x, true",
    "*HOST/*, HOST/, true",
    "*HOST/*, a.b.HOST/x?y=1, true",
    "HOST/a, HOST/a, true",
    "HOST/a, HOST/a?x=1, false",
    "HOST/a*, HOST/a?x=1, true",
    "HOST/A*, HOST/a, false",
    "HOST, HOST/, true",
    "HOST, HOST/a, false",
    "https://HOST/*, HOST/, true",
    "http://HOST/*, HOST/, false",
  })
  void whatAPatternMatches(String pattern, String url, boolean matches) throws Exception {
    create(pattern.replace("HOST", host()), Optional.of("maintenance"));
    assertThat(isMaintenance(visit(url.replace("HOST", host())))).isEqualTo(matches);
  }

  /** The first pattern leads to maintenance, the second to redirects. */
  @ParameterizedTest
  @CsvSource({
    "*.HOST/*, www.HOST/*, www.HOST/, redirects",
    "*HOST/*, *.HOST/*, www.HOST/, redirects",
    "HOST/*, HOST/hello/*, HOST/hello/world, redirects",
    "HOST/*, HOST/hello/*, HOST/hallo, maintenance",
    "*.HOST/a, a.HOST/*, a.HOST/a, redirects",
    "HOST/images*, HOST/images/*, HOST/images/x, maintenance",
  })
  void theMostSpecificRouteWins(String first, String second, String url, String script)
      throws Exception {
    create(second.replace("HOST", host()), Optional.of("redirects"));
    create(first.replace("HOST", host()), Optional.of("maintenance"));
    var answer = visit(url.replace("HOST", host()));
    assertThat(isMaintenance(answer)).as(answer.text()).isEqualTo(script.equals("maintenance"));
    assertThat(isRedirects(answer)).as(answer.text()).isEqualTo(script.equals("redirects"));
  }

  @Test
  void aRouteWithoutAScriptKeepsWiderRoutesAway() throws Exception {
    create("*" + host() + "/*", Optional.of("maintenance"));
    create("*" + host() + "/.well-known/*", Optional.empty());
    assertThat(isMaintenance(visit(host() + "/"))).isTrue();
    assertThat(isMaintenance(visit(host() + "/.well-known/x"))).isFalse();
  }

  @Test
  void aHostOfNoZone() throws Exception {
    visit("example.com/").expect(530);
  }
}
