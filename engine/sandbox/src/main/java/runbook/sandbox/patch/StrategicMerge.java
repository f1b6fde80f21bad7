package runbook.sandbox.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Schema;

/**
 * Kubernetes' own merge patch: lists whose elements have a key are merged by it, and directives
 * ({@code $patch}, {@code $setElementOrder}, {@code $deleteFromPrimitiveList}, {@code $retainKeys})
 * say what a plain merge cannot.
 */
final class StrategicMerge {
  private static final String DIRECTIVE = "$patch";
  private static final String ORDER = "$setElementOrder/";
  private static final String DELETE = "$deleteFromPrimitiveList/";
  private static final String RETAIN = "$retainKeys";

  private StrategicMerge() {}

  static ObjectNode merged(JsonNode live, ObjectNode patch, Schema schema) {
    var directive = patch.path(DIRECTIVE).asText();
    if (directive.equals("delete")) return Json.object();
    if (directive.equals("replace")) return plain(patch);
    var result = live instanceof ObjectNode l ? l.deepCopy() : Json.object();
    if (patch.path(RETAIN) instanceof ArrayNode keys)
      result.retain(keys.valueStream().map(JsonNode::asText).toList());
    for (var e : patch.propertyStream().toList()) {
      var key = e.getKey();
      if (key.startsWith(DELETE)) {
        delete(result, key.substring(DELETE.length()), e.getValue());
      } else if (!key.startsWith("$")) {
        if (e.getValue().isNull()) result.remove(key);
        else field(result, key, e.getValue(), schema.field(key));
      }
    }
    for (var e : patch.propertyStream().toList())
      if (e.getKey().startsWith(ORDER)) {
        var key = e.getKey().substring(ORDER.length());
        order(result, key, e.getValue(), schema.field(key));
      }
    return result;
  }

  private static void field(ObjectNode result, String key, JsonNode value, Schema schema) {
    if (value instanceof ObjectNode o) {
      result.set(key, merged(result.path(key), o, schema));
    } else if (value instanceof ArrayNode a && schema.patchStrategy().contains("merge")) {
      result.set(key, list(result.path(key), a, schema));
    } else {
      result.set(key, value.deepCopy());
    }
  }

  private static ArrayNode list(JsonNode live, ArrayNode patch, Schema schema) {
    var key = schema.patchKey();
    if (patch.valueStream().anyMatch(i -> i.path(DIRECTIVE).asText().equals("replace")))
      return Json.array().addAll(patch.valueStream().filter(i -> !i.has(DIRECTIVE)).toList());
    var items = new ArrayList<JsonNode>();
    live.forEach(items::add);
    for (var item : patch) {
      if (key.isEmpty() || !(item instanceof ObjectNode o)) {
        if (!items.contains(item)) items.add(item.deepCopy());
        continue;
      }
      int at = index(items, key.get(), o.path(key.get()));
      if (o.path(DIRECTIVE).asText().equals("delete")) {
        if (at >= 0) items.remove(at);
      } else if (at >= 0) {
        items.set(at, merged(items.get(at), o, schema.items()));
      } else {
        items.add(plain(o));
      }
    }
    return Json.array().addAll(items);
  }

  private static int index(List<JsonNode> items, String key, JsonNode value) {
    for (int i = 0; i < items.size(); i++) if (items.get(i).path(key).equals(value)) return i;
    return -1;
  }

  private static void delete(ObjectNode result, String key, JsonNode values) {
    if (!(result.path(key) instanceof ArrayNode list)) return;
    var left = list.valueStream().filter(i -> values.valueStream().noneMatch(i::equals)).toList();
    result.set(key, Json.array().addAll(left));
  }

  /** What the order does not name keeps its place behind what is named. */
  private static void order(ObjectNode result, String key, JsonNode order, Schema schema) {
    if (!(result.path(key) instanceof ArrayNode list)) return;
    var by = schema.patchKey();
    var wanted = order.valueStream().map(o -> known(o, by)).toList();
    var items = new ArrayList<JsonNode>();
    list.forEach(items::add);
    items.sort(
        Comparator.comparingInt(i -> {
          int at = wanted.indexOf(known(i, by));
          return at < 0 ? wanted.size() : at;
        }));
    result.set(key, Json.array().addAll(items));
  }

  private static JsonNode known(JsonNode item, Optional<String> key) {
    return key.isPresent() && item.isObject() ? item.path(key.get()) : item;
  }

  /** Without directives. */
  private static ObjectNode plain(ObjectNode patch) {
    var result = Json.object();
    patch
        .propertyStream()
        .filter(e -> !e.getKey().startsWith("$"))
        .forEach(e ->
            result.set(
                e.getKey(),
                e.getValue() instanceof ObjectNode o ? plain(o) : e.getValue().deepCopy()));
    return result;
  }
}
