package runbook.sandbox.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;

final class StoreTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00.5Z");
  private final Store store = new Store(() -> NOW);

  private static ObjectNode object(String name, String... pairs) {
    var object = Json.object();
    Json.put(object, "metadata.name", name);
    Json.put(object, "metadata.namespace", "default");
    for (int i = 0; i < pairs.length; i += 2) Json.put(object, pairs[i], pairs[i + 1]);
    return object;
  }

  private ObjectNode get(Resource resource, String name) {
    return store.get(resource, "default", name).orElseThrow();
  }

  @Test
  void what_is_created_has_an_identity() {
    var made = store.create(Resources.PODS, object("a"));
    assertThat(Json.text(made, "metadata.creationTimestamp")).isEqualTo("2026-11-24T00:00:00Z");
    assertThat(Json.text(made, "kind")).isEqualTo("Pod");
    assertThat(Json.text(made, "metadata.uid")).hasSize(36);
    assertThat(get(Resources.PODS, "a")).isEqualTo(made);
    assertThatThrownBy(() -> store.create(Resources.PODS, object("a")))
        .hasMessage("pods \"a\" already exists");
  }

  @Test
  void a_name_is_made_of_a_prefix() {
    var object = Json.object();
    Json.put(object, "metadata.generateName", "job-");
    Json.put(object, "metadata.namespace", "default");
    assertThat(Json.text(store.create(Resources.PODS, object), "metadata.name"))
        .matches("job-[bcdfghjklmnpqrstvwxz2456789]{5}");
  }

  @Test
  void what_goes_out_is_a_copy() {
    store.create(Resources.PODS, object("a")).put("kind", "broken");
    get(Resources.PODS, "a").put("kind", "broken");
    assertThat(Json.text(get(Resources.PODS, "a"), "kind")).isEqualTo("Pod");
  }

  @Test
  void an_old_version_replaces_nothing() {
    var first = store.create(Resources.DEPLOYMENTS, object("a", "spec.x", "1"));
    var second = first.deepCopy();
    Json.put(second, "spec.x", "2");
    assertThat(Json.number(store.update(Resources.DEPLOYMENTS, second), "metadata.generation"))
        .contains(2L);
    assertThatThrownBy(() -> store.update(Resources.DEPLOYMENTS, second))
        .hasMessageStartingWith(
            "Operation cannot be fulfilled on deployments.apps \"a\": the object has been modified");
    Json.remove(second, "metadata.resourceVersion");
    Json.put(second, "metadata.uid", "another");
    assertThatThrownBy(() -> store.update(Resources.DEPLOYMENTS, second))
        .hasMessageContaining("UID in precondition: another");
  }

  @Test
  void the_status_is_no_new_generation_and_nothing_is_no_change() {
    store.create(Resources.DEPLOYMENTS, object("a"));
    var changed =
        store
            .modify(
                Resources.DEPLOYMENTS,
                "default",
                "a",
                o -> {
                  Json.put(o, "status.replicas", 1);
                  return o;
                })
            .orElseThrow();
    assertThat(Json.number(changed, "metadata.generation")).contains(1L);
    long version = store.version();
    store.modify(Resources.DEPLOYMENTS, "default", "a", o -> o);
    assertThat(store.version()).isEqualTo(version);
    assertThat(store.modify(Resources.DEPLOYMENTS, "default", "b", o -> o)).isEmpty();
  }

  @Test
  void a_finalizer_holds_what_goes() {
    store.create(Resources.CLAIMS, object("a"));
    store.modify(
        Resources.CLAIMS,
        "default",
        "a",
        o -> {
          Json.put(o, "metadata.finalizers", List.of("kubernetes.io/pvc-protection"));
          return o;
        });
    assertThat(store.delete(Resources.CLAIMS, "default", "a", Deletion.USUAL)).isPresent();
    assertThat(Json.text(get(Resources.CLAIMS, "a"), "metadata.deletionTimestamp")).isNotEmpty();
    store.modify(
        Resources.CLAIMS,
        "default",
        "a",
        o -> {
          Json.remove(o, "metadata.finalizers");
          return o;
        });
    assertThat(store.get(Resources.CLAIMS, "default", "a")).isEmpty();
  }

  @Test
  void a_pod_on_a_node_has_time_to_end() {
    store.create(Resources.PODS, object("a", "spec.nodeName", "node"));
    store.create(Resources.PODS, object("b"));
    assertThat(store.delete(Resources.PODS, "default", "b", Deletion.USUAL)).isEmpty();
    var going = store.delete(Resources.PODS, "default", "a", Deletion.USUAL).orElseThrow();
    assertThat(Json.text(going, "metadata.deletionTimestamp")).isEqualTo("2026-11-24T00:00:30Z");
    assertThat(Json.number(going, "metadata.deletionGracePeriodSeconds")).contains(30L);
    assertThatThrownBy(
            () -> store.delete(Resources.PODS, "default", "a", Deletion.now("somebody else")))
        .hasMessageContaining("the UID in the precondition");
    var now = Deletion.now(Json.text(going, "metadata.uid"));
    assertThat(store.delete(Resources.PODS, "default", "a", now)).isEmpty();
    assertThat(store.get(Resources.PODS, "default", "a")).isEmpty();
  }

  @Test
  void a_watch_misses_nothing() throws InterruptedException {
    store.create(Resources.PODS, object("a"));
    var listed = store.list(Resources.PODS, Optional.of("default"), _ -> true);
    store.create(Resources.PODS, object("b"));
    try (var watch = store.watch(Resources.PODS, Optional.of("default"), listed.version())) {
      store.create(Resources.SECRETS, object("c"));
      store.delete(Resources.PODS, "default", "a", Deletion.USUAL);
      var seen = new ArrayList<String>();
      for (int i = 0; i < 2; i++) {
        var change = watch.next(Duration.ofSeconds(10)).orElseThrow();
        seen.add(change.type() + " " + Json.text(change.object(), "metadata.name"));
      }
      assertThat(seen).containsExactly("ADDED b", "DELETED a");
      assertThat(watch.next(Duration.ofMillis(1))).isEmpty();
      store.close();
      assertThat(watch.hasEnded()).isTrue();
    }
  }

  @Test
  void what_is_forgotten_is_gone() {
    store.create(Resources.PODS, object("a"));
    for (int i = 0; i <= History.KEPT; i++) {
      var value = Integer.toString(i);
      store.modify(
          Resources.PODS,
          "default",
          "a",
          o -> {
            Json.put(o, "status.x", value);
            return o;
          });
    }
    assertThatThrownBy(() -> store.watch(Resources.PODS, Optional.empty(), 1))
        .isInstanceOfSatisfying(StatusException.class, e -> assertThat(e.code()).isEqualTo(410));
  }

  @Test
  void many_writers_lose_no_change() {
    store.create(Resources.CONFIG_MAPS, object("a", "data.n", "0"));
    IntStream.range(0, 8)
        .parallel()
        .forEach(_ -> {
          for (int i = 0; i < 100; i++)
            store.modify(
                Resources.CONFIG_MAPS,
                "default",
                "a",
                o -> {
                  Json.put(o, "data.n", Integer.toString(1 + o.at("/data/n").asInt()));
                  return o;
                });
        });
    assertThat(Json.text(get(Resources.CONFIG_MAPS, "a"), "data.n")).isEqualTo("800");
  }

  @Test
  void objects_are_selected_by_labels_and_fields() {
    store.create(
        Resources.PODS, object("a", "metadata.labels.app", "x", "status.phase", "Running"));
    store.create(Resources.PODS, object("b", "metadata.labels.app", "y"));
    assertThat(named("app=x")).containsExactly("a");
    assertThat(named("app!=x")).containsExactly("b");
    assertThat(named("app in (x, y),app")).containsExactly("a", "b");
    assertThat(named("app notin (x)")).containsExactly("b");
    assertThat(named("!app")).isEmpty();
    assertThat(
            store
                .list(
                    Resources.PODS,
                    Optional.empty(),
                    Selector.fields(Resources.PODS, "status.phase!=Running,metadata.name=b"))
                .items())
        .hasSize(1);
    assertThatThrownBy(() -> Selector.fields(Resources.PODS, "spec.color=red"))
        .hasMessageContaining("field label not supported: spec.color");
    assertThatThrownBy(() -> Selector.labels("a b c"))
        .hasMessageContaining("unable to parse requirement");
  }

  private List<String> named(String selector) {
    return store.list(Resources.PODS, Optional.empty(), Selector.labels(selector)).items().stream()
        .map(o -> Json.text(o, "metadata.name"))
        .toList();
  }

  @Test
  void a_refusal_is_a_status() {
    var status = StatusException.notFound(Resources.DEPLOYMENTS, "a").status();
    assertThat(status.toString())
        .isEqualTo(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"deployments.apps \\\"a\\\" not found\",\"reason\":\"NotFound\","
                + "\"details\":{\"name\":\"a\",\"group\":\"apps\",\"kind\":\"deployments\"},"
                + "\"code\":404}");
  }
}
