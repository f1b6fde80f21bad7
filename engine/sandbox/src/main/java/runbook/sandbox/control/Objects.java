package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.Store;

/** What controllers ask of objects and do with them. */
final class Objects {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

  private Objects() {}

  static String name(JsonNode object) {
    return Json.text(object, "metadata.name");
  }

  static String namespace(JsonNode object) {
    return Json.text(object, "metadata.namespace");
  }

  static String uid(JsonNode object) {
    return Json.text(object, "metadata.uid");
  }

  /** Whether it is to go. */
  static boolean isGoing(JsonNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  static long replicas(JsonNode object) {
    return Json.number(object, "spec.replicas").orElse(1L);
  }

  static long status(JsonNode object, String field) {
    return object.path("status").path(field).asLong();
  }

  /** The reference of the one that controls it. */
  static Optional<JsonNode> controller(JsonNode object) {
    return Json.items(object, "metadata.ownerReferences")
        .filter(r -> r.path("controller").asBoolean())
        .findFirst();
  }

  static boolean isOf(JsonNode object, JsonNode owner) {
    return controller(object).filter(r -> r.path("uid").asText().equals(uid(owner))).isPresent();
  }

  /** What of a resource an object controls. */
  static List<ObjectNode> children(Store store, Resource resource, ObjectNode owner) {
    Predicate<ObjectNode> wanted = o -> isOf(o, owner);
    return store.list(resource, Optional.of(namespace(owner)), wanted).items();
  }

  /** The reference by which a child names the one that controls it. */
  static ObjectNode reference(ObjectNode owner) {
    return Json.object()
        .put("apiVersion", owner.path("apiVersion").asText())
        .put("kind", owner.path("kind").asText())
        .put("name", name(owner))
        .put("uid", uid(owner))
        .put("controller", true)
        .put("blockOwnerDeletion", true);
  }

  static boolean hasFinalizer(JsonNode object, String name) {
    return Json.items(object, "metadata.finalizers").anyMatch(f -> f.asText().equals(name));
  }

  static void addFinalizer(ObjectNode object, String name) {
    if (!hasFinalizer(object, name))
      Json.within(object, "metadata").withArrayProperty("finalizers").add(name);
  }

  static ObjectNode withoutFinalizer(ObjectNode object, String name) {
    var left =
        Json.items(object, "metadata.finalizers").filter(f -> !f.asText().equals(name)).toList();
    if (left.isEmpty()) Json.remove(object, "metadata.finalizers");
    else Json.put(object, "metadata.finalizers", Json.array().addAll(left));
    return object;
  }

  static Optional<JsonNode> condition(JsonNode object, String type) {
    return Json.items(object, "status.conditions")
        .filter(c -> c.path("type").asText().equals(type))
        .findFirst();
  }

  static boolean isTrue(JsonNode object, String condition) {
    return condition(object, condition)
        .filter(c -> c.path("status").asText().equals("True"))
        .isPresent();
  }

  /**
   * Sets a condition; its times move on as a real controller moves them.
   *
   * @param updated whether it has a time of its last update beside that of its last change
   */
  static void setCondition(
      ObjectNode object,
      String type,
      boolean is,
      String reason,
      String message,
      boolean updated,
      String now) {
    var status = is ? "True" : "False";
    var before = condition(object, type);
    var conditions = Json.within(object, "status").withArrayProperty("conditions");
    ObjectNode condition;
    if (before.isPresent()) condition = (ObjectNode) before.get();
    else condition = conditions.addObject().put("type", type);
    boolean same = condition.path("status").asText().equals(status);
    if (same
        && condition.path("reason").asText().equals(reason)
        && condition.path("message").asText().equals(message)) return;
    condition.put("status", status).put("reason", reason).put("message", message);
    if (!same) condition.put("lastTransitionTime", now);
    if (updated) condition.put("lastUpdateTime", now);
  }

  /** A short name of some content, as controllers append it. */
  static String hash(JsonNode content) {
    int h = 0x811c9dc5;
    for (byte b : content.toString().getBytes(StandardCharsets.UTF_8))
      h = (h ^ b & 255) * 0x01000193;
    var out = new StringBuilder();
    for (char c : Integer.toUnsignedString(h).toCharArray())
      out.append(LETTERS.charAt(c % LETTERS.length()));
    return out.toString();
  }
}
