package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
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
 * What plans rely on in the Linode API v4: the official description (4.189) and the facts D of the
 * domain notes. It makes volumes with labels of its own and deletes them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class LinodeContract {
  private static final Description DESCRIPTION = Description.of("linode");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SIZE = 12;

  private final List<Long> made = new ArrayList<>();
  private Api api;

  /** Active, detached, and of nobody else. */
  private long kept;

  /** Behind {@code /v4}, with a token that may do everything. */
  abstract Api api() throws Exception;

  /** One that may read volumes, machines and events, and nothing else. */
  abstract String readOnlyToken();

  abstract long machine();

  abstract String region();

  /** Ends what was begun for the tests. */
  void close() {}

  @BeforeAll
  void begin() throws Exception {
    api = api();
    kept = create(label());
    await(kept, LinodeContract::isActive);
    made.clear();
  }

  @AfterEach
  void deleteWhatWasMade() throws Exception {
    for (long id : made) delete(id);
    made.clear();
  }

  @AfterAll
  void end() throws Exception {
    if (api != null) delete(kept);
    close();
  }

  private void delete(long id) throws Exception {
    if (api.get(volume(id)).status() == 404) return;
    await(id, LinodeContract::isActive);
    api.post(volume(id) + "/detach", "{}").expect(200);
    await(id, v -> v.path("linode_id").isNull());
    api.delete(volume(id)).expect(200);
  }

  private static String label() {
    return "contract-%08x".formatted(ThreadLocalRandom.current().nextInt());
  }

  private static String volume(long id) {
    return "/v4/volumes/" + id;
  }

  private static boolean isActive(JsonNode volume) {
    return volume.path("status").asText().equals("active");
  }

  private String body(String label) {
    return "{\"label\":\"%s\",\"region\":\"%s\",\"size\":%d}".formatted(label, region(), SIZE);
  }

  private long create(String label) throws Exception {
    return noted(api.post("/v4/volumes", body(label)).expect(200));
  }

  private long noted(Api.Answer answer) {
    long id = answer.json().path("id").asLong();
    made.add(id);
    return id;
  }

  private JsonNode await(long id, Predicate<JsonNode> what) throws Exception {
    var deadline = Instant.now().plus(PATIENCE);
    while (true) {
      var volume = api.get(volume(id)).expect(200).json();
      if (what.test(volume)) return volume;
      assertThat(Instant.now()).as("%s", volume).isBefore(deadline);
      Thread.sleep(50);
    }
  }

  private void refused(Api.Answer answer, int status, String field) {
    answer.expect(status);
    DESCRIPTION.holds("get-volumes-default", answer);
    var errors = answer.json().path("errors");
    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).path("reason").asText()).isNotBlank();
    assertThat(errors.get(0).path("field").asText("")).isEqualTo(field);
  }

  // --- shapes

  @Test
  void aNewVolumeIsAsDescribed() throws Exception {
    var label = label();
    var answer = api.post("/v4/volumes", body(label)).expect(200);
    noted(answer);
    DESCRIPTION.holds("post-volume-200", answer);
    var volume = answer.json();
    assertThat(volume.path("label").asText()).isEqualTo(label);
    assertThat(volume.path("status").asText()).isEqualTo("creating");
    assertThat(volume.path("size").asLong()).isEqualTo(SIZE);
    assertThat(volume.path("region").asText()).isEqualTo(region());
    assertThat(volume.get("linode_id").isNull()).isTrue();
    assertThat(volume.path("filesystem_path").asText())
        .isEqualTo("/dev/disk/by-id/scsi-0Linode_Volume_" + label);
  }

  @Test
  void timesAreOfUtcWithoutAZone() throws Exception {
    var volume = api.get(volume(create(label()))).json();
    var created = LocalDateTime.parse(volume.path("created").asText()).toInstant(ZoneOffset.UTC);
    assertThat(Duration.between(created, Instant.now()).abs()).isLessThan(Duration.ofMinutes(2));
  }

  @Test
  void aVolumeIsAsDescribed() throws Exception {
    var answer = api.get(volume(kept)).expect(200);
    DESCRIPTION.holds("get-volume-200", answer);
    assertThat(answer.json().path("id").asLong()).isEqualTo(kept);
  }

  @Test
  void theListIsAsDescribed() throws Exception {
    var answer = api.get("/v4/volumes?page=1&page_size=100").expect(200);
    DESCRIPTION.holds("get-volumes-200", answer);
    assertThat(answer.json().path("page").asInt()).isEqualTo(1);
  }

  @Test
  void theBetaHasVolumesToo() throws Exception {
    DESCRIPTION.holds("get-volume-200", api.get("/v4beta/volumes/" + kept).expect(200));
  }

  @Test
  void anUpdateIsAsDescribedAndMovesTheDevice() throws Exception {
    long id = create(label());
    var other = label();
    var answer =
        api.put(volume(id), "{\"label\":\"%s\",\"tags\":[\"before-17\"]}".formatted(other));
    DESCRIPTION.holds("put-volume-200", answer.expect(200));
    var volume = api.get(volume(id)).json();
    assertThat(volume.path("filesystem_path").asText()).endsWith("_" + other);
    assertThat(volume.path("tags").get(0).asText()).isEqualTo("before-17");
  }

  @Test
  void anUpdateOfTagsKeepsTheLabel() throws Exception {
    var label = label();
    long id = create(label);
    api.put(volume(id), "{\"tags\":[]}").expect(200);
    assertThat(api.get(volume(id)).json().path("label").asText()).isEqualTo(label);
  }

  @Test
  void deletingIsAsDescribedAndFinal() throws Exception {
    long id = create(label());
    await(id, LinodeContract::isActive);
    DESCRIPTION.holds("delete-volume-200", api.delete(volume(id)).expect(200));
    refused(api.get(volume(id)), 404, "");
    refused(api.delete(volume(id)), 404, "");
  }

  // --- what is refused

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1abc",
        "-abc",
        "a--b",
        "a__b",
        "a.b",
        "pg-15.18",
        "ä-b",
        "a b",
        "a123456789012345678901234567890ab"
      })
  void labelsThatAreNone(String label) throws Exception {
    refused(api.post("/v4/volumes", body(label)), 400, "label");
    refused(api.post(volume(kept) + "/clone", "{\"label\":\"%s\"}".formatted(label)), 400, "label");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 32})
  void labelsOfAllLengths(int length) throws Exception {
    var label = (label() + "_x".repeat(32)).substring(0, length - 1) + randomLetter();
    create(length == 2 ? "q" + randomLetter() : label);
  }

  private static char randomLetter() {
    return (char) ('A' + ThreadLocalRandom.current().nextInt(26));
  }

  @Test
  void aLabelIsTakenOnce() throws Exception {
    var label = label();
    create(label);
    refused(api.post("/v4/volumes", body(label)), 400, "label");
    refused(api.post(volume(kept) + "/clone", "{\"label\":\"%s\"}".formatted(label)), 400, "label");
    refused(api.put(volume(kept), "{\"label\":\"%s\"}".formatted(label)), 400, "label");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'region':'REGION'} | label",
        "{'label':7,'region':'REGION'} | label",
        "{'label':'refused-1'} | region",
        "{'label':'refused-1','region':'nowhere'} | region",
        "{'label':'refused-1','region':'REGION','size':9} | size",
        "{'label':'refused-1','region':'REGION','size':10241} | size",
        "{'label':'refused-1','region':'REGION','size':'20'} | size",
        "{'label':'refused-1','region':'REGION','tags':'x'} | tags",
        "{'label':'refused-1','linode_id':5} | linode_id",
        "{'label':'refused-1','region':'REGION','colour':'red'} | colour",
      },
      quoteCharacter = '"')
  void volumesThatCannotBe(String body, String field) throws Exception {
    var json = body.replace('\'', '"').replace("REGION", region());
    refused(api.post("/v4/volumes", json), 400, field);
    var filter = "{\"label\":\"refused-1\"}";
    assertThat(api.get("/v4/volumes", "X-Filter", filter).json().path("results").asInt()).isZero();
  }

  @Test
  void whatIsNoJson() throws Exception {
    refused(api.post("/v4/volumes", "{\"label\""), 400, "");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,''",
    "PUT,''",
    "DELETE,''",
    "POST,/clone",
    "POST,/attach",
    "POST,/detach",
    "POST,/resize"
  })
  void aVolumeThatIsNotThere(String method, String what) throws Exception {
    var body = method.equals("POST") || method.equals("PUT") ? "{}" : "";
    refused(api.send(method, volume(1) + what, body), 404, "");
  }

  // --- clones

  @Test
  void aCloneHasTheSizeAndRegionOfItsSourceAndTakesItsTime() throws Exception {
    var label = label();
    var answer = api.post(volume(kept) + "/clone", "{\"label\":\"%s\"}".formatted(label));
    long id = noted(answer.expect(200));
    DESCRIPTION.holds("post-clone-volume-200", answer);
    assertThat(id).isNotEqualTo(kept);
    assertThat(answer.json().path("status").asText()).isEqualTo("creating");
    var clone = await(id, LinodeContract::isActive);
    assertThat(clone.path("label").asText()).isEqualTo(label);
    assertThat(clone.path("size").asLong()).isEqualTo(SIZE);
    assertThat(clone.path("region").asText()).isEqualTo(region());
    assertThat(clone.get("linode_id").isNull()).isTrue();
    assertThat(isActive(api.get(volume(kept)).json())).isTrue();
  }

  @Test
  void aCloneTellsOfItselfAsAnEvent() throws Exception {
    var label = label();
    var body = "{\"label\":\"%s\"}".formatted(label);
    long id = noted(api.post(volume(kept) + "/clone", body).expect(200));
    await(id, LinodeContract::isActive);
    var answer = api.get("/v4/account/events", "X-Filter", "{\"action\":\"volume_clone\"}");
    DESCRIPTION.holds("get-events-200", answer.expect(200));
    var event =
        Json.items(answer.json(), "data")
            .filter(e -> List.of(id, kept).contains(e.path("entity").path("id").asLong()))
            .findFirst()
            .orElseThrow();
    assertThat(event.path("status").asText()).isEqualTo("finished");
    assertThat(event.path("entity").path("type").asText()).isEqualTo("volume");
    var one = api.get("/v4/account/events/" + event.path("id").asLong()).expect(200);
    DESCRIPTION.holds("get-event-200", one);
  }

  @Test
  void whatIsBeingCreatedCannotBeClonedAttachedOrResized() throws Exception {
    long id = create(label());
    refused(api.post(volume(id) + "/clone", "{\"label\":\"%s\"}".formatted(label())), 400, "");
    refused(api.post(volume(id) + "/attach", "{\"linode_id\":%d}".formatted(machine())), 400, "");
    refused(api.post(volume(id) + "/resize", "{\"size\":40}"), 400, "");
  }

  @Test
  void aCloneIsGivenALabelAndNothingElse() throws Exception {
    refused(api.post(volume(kept) + "/clone", "{}"), 400, "label");
    var body = "{\"label\":\"%s\",\"region\":\"%s\"}".formatted(label(), region());
    refused(api.post(volume(kept) + "/clone", body), 400, "region");
  }

  // --- attaching and detaching

  @Test
  void attachingAndDetachingTakeTheirTime() throws Exception {
    long id = create(label());
    await(id, LinodeContract::isActive);
    var attach = "{\"linode_id\":%d}".formatted(machine());
    api.post(volume(id) + "/attach", attach).expect(200);
    var attached = await(id, v -> !v.path("linode_id").isNull());
    assertThat(attached.path("linode_id").asLong()).isEqualTo(machine());
    assertThat(attached.path("linode_label").asText()).isNotBlank();
    refused(api.post(volume(id) + "/attach", attach), 400, "");
    refused(api.delete(volume(id)), 400, "");
    var listed = api.get("/v4/linode/instances/" + machine() + "/volumes").expect(200).json();
    assertThat(Json.items(listed, "data").map(v -> v.path("id").asLong())).contains(id);
    var detached = api.post(volume(id) + "/detach", "{}").expect(200);
    DESCRIPTION.holds("post-detach-volume-200", detached);
    assertThat(api.get(volume(id)).json().path("linode_id").isNull()).isFalse();
    api.post(volume(id) + "/detach", "{}").expect(200);
    await(id, v -> v.path("linode_id").isNull() && v.path("linode_label").isNull());
  }

  @Test
  void attachingNeedsAMachineThatIsThere() throws Exception {
    refused(api.post(volume(kept) + "/attach", "{}"), 400, "linode_id");
    refused(api.post(volume(kept) + "/attach", "{\"linode_id\":5}"), 400, "linode_id");
  }

  @Test
  void detachingWhatIsDetachedIsHarmless() throws Exception {
    api.post(volume(kept) + "/detach", "{}").expect(200);
    assertThat(isActive(api.get(volume(kept)).json())).isTrue();
  }

  @Test
  void aVolumeCanBeMadeOnAMachine() throws Exception {
    var body = "{\"label\":\"%s\",\"linode_id\":%d}".formatted(label(), machine());
    long id = noted(api.post("/v4/volumes", body).expect(200));
    var volume = await(id, v -> isActive(v) && !v.path("linode_id").isNull());
    assertThat(volume.path("region").asText()).isEqualTo(region());
    assertThat(volume.path("size").asLong()).isEqualTo(20);
  }

  @Test
  void volumesOnlyGrow() throws Exception {
    long id = create(label());
    await(id, LinodeContract::isActive);
    refused(api.post(volume(id) + "/resize", "{\"size\":%d}".formatted(SIZE)), 400, "size");
    refused(api.post(volume(id) + "/resize", "{\"size\":10241}"), 400, "size");
    var answer = api.post(volume(id) + "/resize", "{\"size\":%d}".formatted(SIZE + 1)).expect(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("resizing");
    assertThat(await(id, LinodeContract::isActive).path("size").asLong()).isEqualTo(SIZE + 1);
  }

  // --- tokens and limits

  @Test
  void withoutATokenNothingIsSaid() throws Exception {
    refused(api.anonymous().get("/v4/volumes"), 401, "");
    refused(api.as("wrong").get(volume(kept)), 401, "");
    refused(api.as("wrong").delete(volume(kept)), 401, "");
  }

  @Test
  void anAnswerTellsTheScopesOfItsToken() throws Exception {
    var all = api.get(volume(kept)).expect(200);
    assertThat(all.header("X-OAuth-Scopes")).hasValue("*");
    var some = api.as(readOnlyToken()).get(volume(kept)).expect(200);
    assertThat(some.header("X-OAuth-Scopes").orElseThrow().split(" "))
        .contains("volumes:read_only")
        .doesNotContain("volumes:read_write", "*");
  }

  @ParameterizedTest
  @CsvSource({"PUT,''", "DELETE,''", "POST,/clone", "POST,/attach", "POST,/detach", "POST,/resize"})
  void aTokenThatMayReadMayDoNothingElse(String method, String what) throws Exception {
    var before = api.get(volume(kept)).json();
    var body = method.equals("DELETE") ? "" : "{}";
    var reader = api.as(readOnlyToken());
    var answer = reader.send(method, volume(kept) + what, body);
    refused(answer, 401, "");
    // so that a preflight can tell what the token lacks
    assertThat(answer.header("X-OAuth-Scopes")).isPresent();
    assertThat(api.get(volume(kept)).json()).isEqualTo(before);
  }

  @Test
  void anAnswerTellsHowManyRequestsAreLeft() throws Exception {
    var first = api.get(volume(kept));
    var second = api.get(volume(kept));
    assertThat(first.header("X-RateLimit-Limit").map(Integer::parseInt).orElseThrow())
        .isGreaterThanOrEqualTo(400);
    int left = first.header("X-RateLimit-Remaining").map(Integer::parseInt).orElseThrow();
    // others may ask too, and a new minute may begin
    assertThat(second.header("X-RateLimit-Remaining").map(Integer::parseInt).orElseThrow())
        .isNotEqualTo(left);
    var reset =
        Instant.ofEpochSecond(Long.parseLong(second.header("X-RateLimit-Reset").orElseThrow()));
    assertThat(Duration.between(Instant.now(), reset).abs()).isLessThan(Duration.ofMinutes(3));
  }

  // --- pages and filters

  @ParameterizedTest
  @ValueSource(strings = {"page_size=24", "page_size=501", "page_size=x"})
  void pagesThatAreTooSmallOrTooLarge(String query) throws Exception {
    refused(api.get("/v4/volumes?" + query), 400, "page_size");
  }

  @Test
  void aPageBehindTheLast() throws Exception {
    refused(api.get("/v4/volumes?page=400&page_size=500"), 404, "");
  }

  @Test
  void volumesAreFoundByTheirLabelAlone() throws Exception {
    var label = label();
    long id = create(label);
    create(label + "x");
    var found = api.get("/v4/volumes", "X-Filter", "{\"label\":\"%s\"}".formatted(label)).json();
    assertThat(found.path("results").asInt()).isEqualTo(1);
    assertThat(found.path("data").get(0).path("id").asLong()).isEqualTo(id);
    var none = api.get("/v4/volumes", "X-Filter", "{\"label\":\"%s\"}".formatted(label())).json();
    assertThat(none.path("results").asInt()).isZero();
    assertThat(none.path("pages").asInt()).isEqualTo(1);
  }

  @Test
  void conditionsAreCombined() throws Exception {
    var label = label();
    var tag = label();
    long one = create(label + "-1");
    long two = create(label + "-2");
    create(label + "-3");
    for (long id : List.of(one, two))
      api.put(volume(id), "{\"tags\":[\"other\",\"%s\"]}".formatted(tag)).expect(200);
    assertThat(found("{'tags':'TAG'}", label, tag)).containsExactly(one, two);
    assertThat(found("{'tags':'TAG','label':'LABEL-2'}", label, tag)).containsExactly(two);
    assertThat(found("{'tags':'TAG','label':'LABEL-3'}", label, tag)).isEmpty();
    assertThat(found("{'+or':[{'label':'LABEL-1'},{'label':'LABEL-2'}]}", label, tag))
        .containsExactly(one, two);
    assertThat(found("{'+and':[{'tags':'TAG'},{'label':{'+contains':'-1'}}]}", label, tag))
        .containsExactly(one);
    assertThat(found("{'tags':'TAG','label':{'+neq':'LABEL-1'}}", label, tag)).containsExactly(two);
    assertThat(found("{'tags':'TAG','+order_by':'label','+order':'desc'}", label, tag))
        .containsExactly(two, one);
  }

  private List<Long> found(String filter, String label, String tag) throws Exception {
    var json = filter.replace('\'', '"').replace("LABEL", label).replace("TAG", tag);
    var answer = api.get("/v4/volumes", "X-Filter", json).expect(200);
    return Json.items(answer.json(), "data").map(v -> v.path("id").asLong()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'size':20}",
        "{'label':{'+like':'x'}}",
        "{'+or':[]}",
        "[1]",
        "nothing",
        "{'+order_by':'size'}"
      })
  void filtersThatAreNone(String filter) throws Exception {
    refused(api.get("/v4/volumes", "X-Filter", filter.replace('\'', '"')), 400, "");
  }

  // --- what is around volumes

  @Test
  void machinesAndRegions() throws Exception {
    var machine = api.get("/v4/linode/instances/" + machine()).expect(200).json();
    assertThat(machine.path("region").asText()).isEqualTo(region());
    assertThat(machine.path("status").asText()).isEqualTo("running");
    var machines = api.get("/v4/linode/instances").expect(200).json();
    assertThat(Json.items(machines, "data").map(m -> m.path("id").asLong())).contains(machine());
    refused(api.get("/v4/linode/instances/5"), 404, "");
    var regions = api.anonymous().get("/v4/regions");
    // nothing plans rely on: the laboratory wants a token here, the description does not
    assertThat(regions.status()).isIn(200, 401);
    assertThat(api.get("/v4/profile").expect(200).json().path("username").asText()).isNotBlank();
  }
}
