package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.sandbox.json.Json;

/**
 * What plans rely on in the Linode API v4: the official description (4.189) and the facts D of the
 * domain notes. It makes volumes with labels of its own and deletes them.
 */
abstract class LinodeContract extends LinodeVolumesContract {
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
    assertThat(found("{'+and':[{'tags':'TAG'},{'label':{'+contains':'LABEL-1'}}]}", label, tag))
        .containsExactly(one);
    assertThat(found("{'tags':'TAG','label':{'+neq':'LABEL-1'}}", label, tag)).containsExactly(two);
    assertThat(found("{'tags':'TAG','+order_by':'label','+order':'desc'}", label, tag))
        .containsExactly(two, one);
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
