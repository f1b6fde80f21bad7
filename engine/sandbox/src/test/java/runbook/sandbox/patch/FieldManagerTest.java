package runbook.sandbox.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import runbook.sandbox.json.Json;
import runbook.sandbox.json.Yaml;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.StatusException;

final class FieldManagerTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

  private static ObjectNode yaml(String text) {
    return (ObjectNode) Yaml.documents("test", text).getFirst();
  }

  private static ObjectNode applied(Optional<ObjectNode> live, String who, String text) {
    return FieldManager.applied(
        Resources.DEPLOYMENTS, live, yaml(text), who, false, Optional.empty(), NOW);
  }

  private static ObjectNode forced(ObjectNode live, String who, String text) {
    return FieldManager.applied(
        Resources.DEPLOYMENTS, Optional.of(live), yaml(text), who, true, Optional.empty(), NOW);
  }

  private static ObjectNode updated(ObjectNode live, String who, String path, Object value) {
    var after = live.deepCopy();
    Json.put(after, path, value);
    return FieldManager.updated(
        Resources.DEPLOYMENTS, Optional.of(live), after, who, Optional.empty(), NOW);
  }

  private static String owned(ObjectNode object, String who) {
    return Json.items(object, "metadata.managedFields")
        .filter(e -> e.path("manager").asText().equals(who))
        .map(e -> e.path("operation").asText() + " " + e.path("fieldsV1"))
        .findFirst()
        .orElse("");
  }

  private static final String BASE =
      """
      metadata: { name: d, labels: { app: x } }
      spec: { replicas: 1, template: { spec: { containers: [ { name: a, image: "a:1" } ] } } }
      """;

  @Test
  void what_is_applied_is_owned() {
    var made = applied(Optional.empty(), "plan", BASE);
    assertThat(owned(made, "plan"))
        .isEqualTo(
            "Apply {\"f:metadata\":{\"f:labels\":{\"f:app\":{}}},\"f:spec\":{\"f:replicas\":{},"
                + "\"f:template\":{\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"a\\\"}\":"
                + "{\".\":{},\"f:image\":{},\"f:name\":{}}}}}}}");
  }

  @Test
  void what_is_not_applied_any_more_goes() {
    var made = applied(Optional.empty(), "plan", BASE);
    var less =
        applied(
            Optional.of(made),
            "plan",
            "{ metadata: { name: d }, spec: { template: { spec: { containers: [ { name: b, image: \"b:1\" } ] } } } }");
    assertThat(less.at("/metadata/labels").has("app")).isFalse();
    assertThat(less.at("/spec").has("replicas")).isFalse();
    assertThat(less.at("/spec/template/spec/containers")).hasSize(1);
    assertThat(less.at("/spec/template/spec/containers/0/name").asText()).isEqualTo("b");
  }

  @Test
  void but_not_what_another_owns_too() {
    var made = applied(Optional.empty(), "plan", BASE);
    var both =
        applied(Optional.of(made), "other", "{ metadata: { name: d }, spec: { replicas: 1 } }");
    var less = applied(Optional.of(both), "plan", "{ metadata: { name: d } }");
    assertThat(less.at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(owned(less, "other")).isEqualTo("Apply {\"f:spec\":{\"f:replicas\":{}}}");
  }

  @Test
  void another_value_of_a_field_of_others_is_a_conflict() {
    var made = applied(Optional.empty(), "plan", BASE);
    var other =
        "{ metadata: { name: d }, spec: { replicas: 3, template: { spec: { containers: [ { name: a, image: \"a:2\" } ] } } } }";
    assertThatThrownBy(() -> applied(Optional.of(made), "other", other))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              assertThat(e.code()).isEqualTo(409);
              assertThat(e)
                  .hasMessage(
                      """
                      Apply failed with 2 conflicts: conflicts with "plan":
                      - .spec.replicas
                      - .spec.template.spec.containers[name="a"].image\
                      """);
              assertThat(e.status().at("/details/causes/0").toString())
                  .isEqualTo(
                      "{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"plan\\\"\","
                          + "\"field\":\".spec.replicas\"}");
            });
    var forced = forced(made, "other", other);
    assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(owned(forced, "plan")).doesNotContain("f:replicas").contains("f:name");
  }

  @Test
  void who_updates_a_field_owns_it() {
    var made = applied(Optional.empty(), "plan", BASE);
    var scaled = updated(made, "kubectl", "spec.replicas", 5);
    assertThat(owned(scaled, "kubectl")).isEqualTo("Update {\"f:spec\":{\"f:replicas\":{}}}");
    assertThat(owned(scaled, "plan")).doesNotContain("f:replicas");
    assertThatThrownBy(() -> applied(Optional.of(scaled), "plan", BASE))
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"kubectl\" using apps/v1: .spec.replicas");
  }

  @Test
  void the_same_value_is_shared() {
    var made = applied(Optional.empty(), "plan", BASE);
    var both = applied(Optional.of(made), "other", BASE);
    assertThat(owned(both, "other")).isEqualTo(owned(both, "plan"));
  }

  @Test
  void an_apply_that_changes_nothing_changes_nothing() {
    var made = applied(Optional.empty(), "plan", BASE);
    assertThat(applied(Optional.of(made), "plan", BASE)).isEqualTo(made);
  }

  @Test
  void a_status_is_owned_apart() {
    var made = applied(Optional.empty(), "plan", BASE);
    var after = made.deepCopy();
    Json.put(after, "status.replicas", 1);
    var reported =
        FieldManager.updated(
            Resources.DEPLOYMENTS,
            Optional.of(made),
            after,
            "controller",
            Optional.of("status"),
            NOW);
    assertThat(owned(reported, "controller"))
        .isEqualTo("Update {\"f:status\":{\"f:replicas\":{}}}");
  }

  @Test
  void elements_of_lists_are_known_by_their_keys() {
    var made = applied(Optional.empty(), "plan", BASE);
    var two =
        applied(
            Optional.of(made),
            "sidecar",
            "{ metadata: { name: d }, spec: { template: { spec: { containers: [ { name: s, image: \"s:1\", ports: [ { containerPort: 80 } ] } ] } } } }");
    assertThat(two.at("/spec/template/spec/containers")).hasSize(2);
    assertThat(owned(two, "sidecar"))
        .contains("k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}");
  }

  @Test
  void a_strategic_merge_goes_by_the_schemas_keys() {
    var live = applied(Optional.empty(), "plan", BASE);
    var patch =
        yaml(
            """
            metadata: { labels: { app: null, new: y } }
            spec: { template: { spec: {
              $setElementOrder/containers: [ { name: b }, { name: a } ],
              containers: [ { name: b, image: "b:1" }, { name: a, env: [ { name: X, value: "1" } ] } ] } } }
            """);
    var result =
        Patches.patched(
            Resources.DEPLOYMENTS, live, "application/strategic-merge-patch+json", patch);
    assertThat(result.at("/metadata/labels").toString()).isEqualTo("{\"new\":\"y\"}");
    assertThat(result.at("/spec/template/spec/containers").toString())
        .isEqualTo(
            "[{\"name\":\"b\",\"image\":\"b:1\"},"
                + "{\"name\":\"a\",\"image\":\"a:1\",\"env\":[{\"name\":\"X\",\"value\":\"1\"}]}]");
    var deleted =
        Patches.patched(
            Resources.DEPLOYMENTS,
            result,
            "application/strategic-merge-patch+json",
            yaml("spec: { template: { spec: { containers: [ { name: b, $patch: delete } ] } } }"));
    assertThat(deleted.at("/spec/template/spec/containers")).hasSize(1);
  }
}
