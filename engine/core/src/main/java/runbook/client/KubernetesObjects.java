package runbook.client;

import static runbook.client.KubernetesApi.JSON;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Failure;

/** Objects of any kind: discovery, get, server-side apply, delete, rights. */
final class KubernetesObjects {
  private final KubernetesApi api;
  private final Map<String, Resource> resources = new ConcurrentHashMap<>();

  KubernetesObjects(KubernetesApi api) {
    this.api = api;
  }

  private record Resource(String plural, boolean namespaced) {}

  /** Where the object is; a {@link Failure} when the cluster does not know its kind. */
  String path(ObjectRef ref) {
    var base =
        ref.apiVersion().contains("/") ? "apis/" + ref.apiVersion() : "api/" + ref.apiVersion();
    var resource =
        resources.computeIfAbsent(ref.apiVersion() + "/" + ref.kind(), _ -> discover(base, ref));
    var namespace =
        resource.namespaced()
            ? "/namespaces/" + KubernetesApi.encode(ref.namespace().orElse("default"))
            : "";
    return base + namespace + "/" + resource.plural() + "/" + KubernetesApi.encode(ref.name());
  }

  private Resource discover(String base, ObjectRef ref) {
    for (var item :
        api.get(base).map(list -> (Iterable<JsonNode>) list.path("resources")).orElse(List.of())) {
      if (item.path("kind").asText().equals(ref.kind())
          && !item.path("name").asText().contains("/")) {
        return new Resource(item.path("name").asText(), item.path("namespaced").asBoolean());
      }
    }
    throw Failure.refused(
        "The cluster knows no kind `" + ref.kind() + "` in `" + ref.apiVersion() + "`.",
        "Look at `apiVersion` and `kind`; `kubectl api-resources` lists what there is.");
  }

  Optional<Map<String, Object>> get(ObjectRef ref) {
    return api.get(path(ref)).map(KubernetesObjects::plain);
  }

  Map<String, Object> apply(
      ObjectRef ref,
      Map<String, Object> object,
      String fieldManager,
      boolean force,
      boolean dryRun) {
    var query =
        "?fieldManager="
            + KubernetesApi.encode(fieldManager)
            + "&force="
            + force
            + (dryRun ? "&dryRun=All" : "");
    // JSON is YAML, and applying the same twice is applying it once
    return api.change(
            "PATCH",
            path(ref) + query,
            "application/apply-patch+yaml",
            object,
            true,
            (code, status) -> code == 409 ? conflict(ref, status) : Optional.empty())
        .map(KubernetesObjects::plain)
        .orElseThrow(() ->
            Failure.refused(
                ref + " cannot be applied: its namespace is not there.",
                "Create the namespace `" + ref.namespace().orElse("") + "`, or look at its name."));
  }

  /** One line for each field that another manager owns; nothing when that is not the trouble. */
  private static Optional<Failure> conflict(ObjectRef ref, JsonNode status) {
    var fields = new ArrayList<String>();
    for (var cause : status.at("/details/causes")) {
      if (cause.path("reason").asText().equals("FieldManagerConflict"))
        fields.add(cause.path("field").asText() + ": " + cause.path("message").asText());
    }
    if (fields.isEmpty()) return Optional.empty();
    return Optional.of(
        Failure.refused(
                ref + " is not applied: other managers own fields that the manifest sets.",
                "Take these fields out of the manifest, or take them over with `force: true`.")
            .withDetail(String.join("\n", fields)));
  }

  /** With this uid and no other; what is gone already is fine. */
  void delete(String path, String uid) {
    var body =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "DeleteOptions",
            "propagationPolicy",
            "Background",
            "preconditions",
            Map.of("uid", uid));
    var another = Failure.refused("Another object bears the name by now: ours is gone.", "");
    try {
      api.change(
          "DELETE",
          path,
          "application/json",
          body,
          true,
          (code, status) ->
              code == 409 && status.path("message").asText().contains("UID in")
                  ? Optional.of(another)
                  : Optional.empty());
    } catch (Failure e) {
      if (e != another) throw e;
    }
  }

  boolean allowed(String namespace, String verb, String group, String resource) {
    var parts = resource.split("/", 2);
    var attributes =
        new LinkedHashMap<String, Object>(
            Map.of("namespace", namespace, "verb", verb, "group", group, "resource", parts[0]));
    if (parts.length > 1) attributes.put("subresource", parts[1]);
    var body =
        Map.of(
            "apiVersion",
            "authorization.k8s.io/v1",
            "kind",
            "SelfSubjectAccessReview",
            "spec",
            Map.of("resourceAttributes", attributes));
    return api.change(
            "POST",
            "apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "application/json",
            body,
            true,
            (_, _) -> Optional.empty())
        .map(r -> r.at("/status/allowed").asBoolean())
        .orElse(false);
  }

  private static Map<String, Object> plain(JsonNode node) {
    var map = JSON.convertValue(node, new TypeReference<LinkedHashMap<String, Object>>() {});
    @SuppressWarnings("unchecked")
    var out = (Map<String, Object>) plain((Object) map).orElseThrow();
    return out;
  }

  /** JSON's values as plain ones: integers are longs, and null is left out. */
  private static Optional<Object> plain(Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case Integer n -> Optional.of(n.longValue());
      case Double n -> Optional.of(new BigDecimal(n.toString()));
      case List<?> list ->
          Optional.of(
              list.stream()
                  .flatMap(v -> plain(v).stream())
                  .collect(Collectors.toCollection(ArrayList::new)));
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> plain(v).ifPresent(p -> out.put(String.valueOf(k), p)));
        yield Optional.of(out);
      }
      default -> Optional.of(value);
    };
  }
}
