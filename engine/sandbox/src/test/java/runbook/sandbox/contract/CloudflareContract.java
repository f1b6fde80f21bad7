package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What plans rely on in the Cloudflare API v4 and at the edge: the official description, the
 * documentation of Workers' routes, and the facts E of the domain notes. It makes routes for hosts
 * of its own and deletes them.
 */
abstract class CloudflareContract extends CloudflareRoutesContract {
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
