package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import runbook.sandbox.json.Json;

/** What plans rely on in lists, watches, deletions and other requests to the API itself. */
abstract class ClusterWatchContract extends ClusterDeletionContract {
  private static final int SECONDS = 4;

  private String version() {
    return raw("GET", path("v1", "configmaps"), "").at("/metadata/resourceVersion").asText();
  }

  /** What a watch of a few seconds tells; it ends by itself. */
  private CompletableFuture<List<JsonNode>> watch(String version, String query) {
    var told = new CompletableFuture<List<JsonNode>>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            var lines =
                client()
                    .raw(
                        path("v1", "configmaps")
                            + "?watch=1&timeoutSeconds="
                            + SECONDS
                            + "&resourceVersion="
                            + version
                            + query);
            var events = new ArrayList<JsonNode>();
            lines.lines().filter(l -> !l.isBlank()).map(Json::parse).forEach(events::add);
            told.complete(events);
          } catch (RuntimeException e) {
            told.completeExceptionally(e);
          }
        });
    return told;
  }

  private static List<String> told(List<JsonNode> events) {
    return events.stream()
        .filter(e -> !e.path("type").asText().equals("BOOKMARK"))
        .map(e -> e.path("type").asText() + " " + e.at("/object/metadata/name").asText())
        .toList();
  }

  private void changeAll(String name) {
    apply(map(name, "w: x"));
    patch("ConfigMap", "v1", name, PatchType.JSON_MERGE, "{\"data\": {\"a\": \"2\"}}");
    delete("ConfigMap", "v1", name);
  }

  @Test
  void aWatchTellsEachChangeInOrder() {
    var told = watch(version(), "&fieldSelector=metadata.name=watched");
    changeAll("watched");
    assertThat(told(told.join()))
        .containsExactly("ADDED watched", "MODIFIED watched", "DELETED watched");
  }

  @Test
  void aWatchGoesOnWhereItIsTold() {
    var before = version();
    changeAll("passed");
    var after = version();
    changeAll("coming");
    var query = "&labelSelector=w%3Dx";
    assertThat(told(watch(after, query).join()).stream().filter(t -> t.endsWith("passed")))
        .isEmpty();
    assertThat(told(watch(before, query).join()))
        .containsSubsequence(
            "ADDED passed",
            "MODIFIED passed",
            "DELETED passed",
            "ADDED coming",
            "MODIFIED coming",
            "DELETED coming");
  }

  @Test
  void whatLeavesASelectorIsGoneForItsWatch() {
    var told = watch(version(), "&labelSelector=leaves%3Dno");
    apply(map("leaver", "leaves: 'no'"));
    patch(
        "ConfigMap",
        "v1",
        "leaver",
        PatchType.JSON_MERGE,
        "{\"metadata\": {\"labels\": {\"leaves\": \"yes\"}}}");
    patch(
        "ConfigMap",
        "v1",
        "leaver",
        PatchType.JSON_MERGE,
        "{\"metadata\": {\"labels\": {\"leaves\": \"no\"}}}");
    assertThat(told(told.join())).containsExactly("ADDED leaver", "DELETED leaver", "ADDED leaver");
  }

  @Test
  void whatIsTooLongAgoIsGone() {
    var path = path("v1", "configmaps") + "?limit=1&continue=";
    refused(400, () -> raw("GET", path + "nonsense", ""));
    var events = watch("1", "");
    var failed =
        events
            .handle(
                (told, thrown) -> thrown != null ? thrown.toString() : told.getFirst().toString())
            .join();
    assertThat(failed).contains("too old resource version");
  }

  @Test
  void pagesAreOfOneMoment() {
    for (var name : List.of("page-a", "page-b", "page-c")) apply(map(name, "paged: x"));
    var path = path("v1", "configmaps") + "?limit=2&labelSelector=paged%3Dx";
    var first = raw("GET", path, "");
    assertThat(names(first)).containsExactly("page-a", "page-b");
    apply(map("page-d", "paged: x"));
    delete("ConfigMap", "v1", "page-c");
    var token = first.at("/metadata/continue").asText();
    var second = raw("GET", path + "&continue=" + token, "");
    assertThat(names(second)).containsExactly("page-c");
    assertThat(second.at("/metadata/resourceVersion"))
        .isEqualTo(first.at("/metadata/resourceVersion"));
    assertThat(second.at("/metadata/continue").asText()).isEmpty();
  }

  private static List<String> names(JsonNode list) {
    return Json.items(list, "items").map(o -> o.at("/metadata/name").asText()).toList();
  }

  @Test
  void aNameCanBeGenerated() {
    var path = path("v1", "configmaps");
    var body = "{\"metadata\": {\"generateName\": \"made-\"}}";
    var one = raw("POST", path, body).at("/metadata/name").asText();
    var two = raw("POST", path, body).at("/metadata/name").asText();
    assertThat(one).matches("made-[a-z0-9]{5}").isNotEqualTo(two);
  }

  @Test
  void aDryRunLeavesNothing() {
    var answer =
        raw(
            "POST",
            path("v1", "configmaps") + "?dryRun=All",
            "{\"metadata\": {\"name\": \"dry\"}}");
    assertThat(answer.at("/metadata/uid").asText()).isNotEmpty();
    assertThat(get("ConfigMap", "v1", "dry")).isNull();
    apply(map("wet", "a: b"));
    raw("DELETE", path("v1", "configmaps") + "/wet?dryRun=All", "");
    assertThat(get("ConfigMap", "v1", "wet")).isNotNull();
  }

  @Test
  void anUnknownFieldIsRefusedWhenOneAsksForIt() {
    var path = path("apps/v1", "deployments") + "?dryRun=All&fieldValidation=";
    var body = Json.of(read(deployment("strict", 1).replace("replicas:", "replica:"))).toString();
    refused(400, () -> raw("POST", path + "Strict", body))
        .hasMessageContaining("strict decoding error: unknown field \"spec.replica\"");
    assertThat(raw("POST", path + "Warn", body).at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(raw("POST", path + "Ignore", body).at("/spec").has("replica")).isFalse();
  }

  @Test
  void anUnknownFieldIsNeverAppliedByTheServer() {
    var wrong = deployment("undeclared", 0).replace("replicas:", "replica:");
    refused(500, () -> serverSide(wrong, "x", false))
        .hasMessageContaining(".spec.replica: field not declared in schema");
  }

  @Test
  void aLeaseIsTakenByOneOnly() {
    var path = path("coordination.k8s.io/v1", "leases");
    var lease =
        raw(
            "POST",
            path,
            "{\"metadata\": {\"name\": \"lock\"}, \"spec\": {\"holderIdentity\": \"a\"}}");
    var mine = lease.deepCopy();
    Json.put((com.fasterxml.jackson.databind.node.ObjectNode) mine, "spec.holderIdentity", "b");
    raw("PUT", path + "/lock", mine.toString());
    refused(409, () -> raw("PUT", path + "/lock", lease.toString()))
        .hasMessageContaining("the object has been modified");
  }

  @Test
  void oneCanAskWhatOneMayDo() {
    var answer =
        raw(
            "POST",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "{\"kind\": \"SelfSubjectAccessReview\", \"apiVersion\": \"authorization.k8s.io/v1\","
                + " \"spec\": {\"resourceAttributes\": {\"namespace\": \""
                + space()
                + "\","
                + " \"verb\": \"create\", \"resource\": \"pods\", \"subresource\": \"exec\"}}}");
    assertThat(answer.at("/status/allowed").asBoolean()).isTrue();
  }

  @Test
  void aServiceKeepsItsAddress() {
    var service =
        apply(
            "kind: Service\napiVersion: v1\nmetadata: { name: kept }\nspec: { ports: [{ port: 80 }] }");
    assertThat(this.<String>at(service, "spec", "clusterIP")).matches("[0-9.]+");
    refused(
            422,
            () ->
                patch(
                    "Service",
                    "v1",
                    "kept",
                    PatchType.JSON_MERGE,
                    "{\"spec\": {\"clusterIP\": \"10.96.7.7\", \"clusterIPs\": [\"10.96.7.7\"]}}"))
        .hasMessageContaining("may not change once set");
  }

  @Test
  void statusAndSpecAreWrittenApart() {
    apply(deployment("apart", 0));
    var path = path("apps/v1", "deployments") + "/apart";
    var found = (com.fasterxml.jackson.databind.node.ObjectNode) raw("GET", path, "");
    Json.put(found, "status.replicas", 77);
    Json.put(found, "spec.minReadySeconds", 5);
    ((com.fasterxml.jackson.databind.node.ObjectNode) found.get("metadata"))
        .remove("resourceVersion");
    var written = raw("PUT", path, found.toString());
    assertThat(written.at("/status/replicas").asInt()).isZero();
    assertThat(written.at("/spec/minReadySeconds").asInt()).isEqualTo(5);
    assertThat(written.at("/metadata/generation").asInt()).isEqualTo(2);
    await(() ->
        Integer.valueOf(2)
            .equals(
                this.<Integer>at(
                    get("Deployment", "apps/v1", "apart"), "status", "observedGeneration")));
  }
}
