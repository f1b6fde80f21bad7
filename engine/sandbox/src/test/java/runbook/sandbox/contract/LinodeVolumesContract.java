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

/** The first half of {@link LinodeContract}, and what both need. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class LinodeVolumesContract {
  static final Description DESCRIPTION = Description.of("linode");
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final long SIZE = 12;

  final List<Long> made = new ArrayList<>();
  Api api;

  /** Active, detached, and of nobody else. */
  long kept;

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

  void delete(long id) throws Exception {
    if (api.get(volume(id)).status() == 404) return;
    await(id, LinodeContract::isActive);
    api.post(volume(id) + "/detach", "{}").expect(200);
    await(id, v -> v.path("linode_id").isNull());
    api.delete(volume(id)).expect(200);
  }

  static String label() {
    return "contract-%08x".formatted(ThreadLocalRandom.current().nextInt());
  }

  static String volume(long id) {
    return "/v4/volumes/" + id;
  }

  static boolean isActive(JsonNode volume) {
    return volume.path("status").asText().equals("active");
  }

  String body(String label) {
    return "{\"label\":\"%s\",\"region\":\"%s\",\"size\":%d}".formatted(label, region(), SIZE);
  }

  long create(String label) throws Exception {
    return noted(api.post("/v4/volumes", body(label)).expect(200));
  }

  long noted(Api.Answer answer) {
    long id = answer.json().path("id").asLong();
    made.add(id);
    return id;
  }

  JsonNode await(long id, Predicate<JsonNode> what) throws Exception {
    var deadline = Instant.now().plus(PATIENCE);
    while (true) {
      var volume = api.get(volume(id)).expect(200).json();
      if (what.test(volume)) return volume;
      assertThat(Instant.now()).as("%s", volume).isBefore(deadline);
      Thread.sleep(50);
    }
  }

  void refused(Api.Answer answer, int status, String field) {
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

  static char randomLetter() {
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

  // --- clones

  // --- attaching and detaching

  // --- tokens and limits

  // --- pages and filters

  List<Long> found(String filter, String label, String tag) throws Exception {
    var json = filter.replace('\'', '"').replace("LABEL", label).replace("TAG", tag);
    var answer = api.get("/v4/volumes", "X-Filter", json).expect(200);
    return Json.items(answer.json(), "data").map(v -> v.path("id").asLong()).toList();
  }

  // --- what is around volumes
}
