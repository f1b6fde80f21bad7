package runbook.sandbox.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Schema;
import runbook.sandbox.schema.Schema.ListType;

/**
 * Objects as trees of what their schema says: which fields they have, in which they differ, how one
 * is merged into another. What Kubernetes calls structured merge.
 */
final class Typed {
  private Typed() {}

  /** The elements of a list by how they are known, in their order. */
  static Map<String, JsonNode> elements(JsonNode list, Schema schema) {
    var all = new LinkedHashMap<String, JsonNode>();
    for (var item : list) all.put(element(item, schema), item);
    return all;
  }

  private static String element(JsonNode item, Schema schema) {
    if (schema.listType() == ListType.SET) return "v:" + item;
    var key = new TreeMap<String, JsonNode>();
    var defaults = schema.keyDefaults();
    for (var k : schema.keys()) {
      var value = item.path(k);
      if (!value.isMissingNode()) key.put(k, value);
      else if (defaults.containsKey(k)) key.put(k, defaults.get(k));
    }
    var json = Json.object();
    key.forEach(json::set);
    return "k:" + json;
  }

  /** Whether something is one value at its place. */
  private static boolean isOne(JsonNode value, Schema schema) {
    if (value.isObject()) return schema.isAtomic() || value.isEmpty();
    if (value.isArray()) return schema.listType() == ListType.ATOMIC || value.isEmpty();
    return true;
  }

  /** The fields that an object has. */
  static FieldSet fields(JsonNode value, Schema schema) {
    if (isOne(value, schema)) return FieldSet.LEAF;
    var children = new TreeMap<String, FieldSet>();
    if (value.isObject()) {
      for (var e : value.propertyStream().toList())
        children.put("f:" + e.getKey(), fields(e.getValue(), schema.field(e.getKey())));
      return FieldSet.of(false, children);
    }
    elements(value, schema)
        .forEach((k, item) -> {
          var below = fields(item, schema.items());
          // an element is there itself, beside what is in it
          children.put(k, FieldSet.of(true, below.children()));
        });
    return FieldSet.of(false, children);
  }

  /**
   * In which fields two objects differ.
   *
   * @param added what only the second has
   * @param modified what both have, with another value
   * @param removed what only the first has
   */
  record Difference(FieldSet added, FieldSet modified, FieldSet removed) {
    static final Difference NONE = new Difference(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.EMPTY);

    FieldSet changed() {
      return added.union(modified);
    }
  }

  static Difference difference(JsonNode a, JsonNode b, Schema schema) {
    if (a.equals(b)) return Difference.NONE;
    if (a.isMissingNode())
      return new Difference(present(b, schema), FieldSet.EMPTY, FieldSet.EMPTY);
    if (b.isMissingNode())
      return new Difference(FieldSet.EMPTY, FieldSet.EMPTY, present(a, schema));
    if (isOne(a, schema) && isOne(b, schema) || a.getNodeType() != b.getNodeType())
      return new Difference(FieldSet.EMPTY, FieldSet.LEAF, FieldSet.EMPTY);
    var added = new TreeMap<String, FieldSet>();
    var modified = new TreeMap<String, FieldSet>();
    var removed = new TreeMap<String, FieldSet>();
    var left = parts(a, schema);
    var right = parts(b, schema);
    var all = new LinkedHashMap<String, JsonNode>(left);
    right.forEach(all::putIfAbsent);
    for (var key : all.keySet()) {
      var below = key.startsWith("f:") ? schema.field(key.substring(2)) : schema.items();
      var d =
          difference(left.getOrDefault(key, missing()), right.getOrDefault(key, missing()), below);
      boolean element = !key.startsWith("f:");
      added.put(key, itself(d.added(), element && !left.containsKey(key)));
      modified.put(key, d.modified());
      removed.put(key, itself(d.removed(), element && !right.containsKey(key)));
    }
    return new Difference(
        FieldSet.of(false, added), FieldSet.of(false, modified), FieldSet.of(false, removed));
  }

  private static FieldSet itself(FieldSet set, boolean is) {
    return is ? FieldSet.of(true, set.children()) : set;
  }

  /** A map of any keys is itself a field when it comes; one of known fields is not. */
  private static FieldSet present(JsonNode value, Schema schema) {
    var fields = fields(value, schema);
    return value.isObject() && !schema.isStruct() && !schema.isUnknown()
        ? FieldSet.of(true, fields.children())
        : fields;
  }

  private static JsonNode missing() {
    return Json.object().path("nothing");
  }

  private static Map<String, JsonNode> parts(JsonNode value, Schema schema) {
    if (value.isArray()) return elements(value, schema);
    var all = new LinkedHashMap<String, JsonNode>();
    value.propertyStream().forEach(e -> all.put("f:" + e.getKey(), e.getValue()));
    return all;
  }

  /** One object with all that another says; elements of lists keep the order of the latter. */
  static JsonNode merged(JsonNode live, JsonNode wanted, Schema schema) {
    if (isOne(wanted, schema)
        && !(wanted.isContainerNode()
            && wanted.isEmpty()
            && live.getNodeType() == wanted.getNodeType()
            && !isOne(live, schema))) return wanted.deepCopy();
    if (live.getNodeType() != wanted.getNodeType()) return wanted.deepCopy();
    if (wanted instanceof ObjectNode w) {
      var result = (ObjectNode) live.deepCopy();
      w.propertyStream()
          .forEach(e ->
              result.set(
                  e.getKey(),
                  merged(result.path(e.getKey()), e.getValue(), schema.field(e.getKey()))));
      return result;
    }
    var left = elements(live, schema);
    var right = elements(wanted, schema);
    ArrayNode result = Json.array();
    // what only the live object has stays before what followed it there
    var rest = new LinkedHashMap<>(left);
    right.forEach((k, item) -> {
      if (left.containsKey(k)) {
        for (var it = rest.entrySet().iterator(); it.hasNext(); ) {
          var e = it.next();
          if (e.getKey().equals(k)) {
            it.remove();
            break;
          }
          if (!right.containsKey(e.getKey())) {
            result.add(e.getValue());
            it.remove();
          } else break;
        }
        rest.remove(k);
      }
      result.add(merged(left.getOrDefault(k, missing()), item, schema.items()));
    });
    rest.forEach((k, item) -> {
      if (!right.containsKey(k)) result.add(item);
    });
    return result;
  }

  /** An object without some fields; what is left empty by it goes too, if it was a part. */
  static JsonNode without(JsonNode value, FieldSet fields, Schema schema) {
    if (value instanceof ObjectNode o && !schema.isAtomic()) {
      var result = Json.object();
      o.propertyStream()
          .forEach(e -> {
            var set = fields.child("f:" + e.getKey());
            var below = schema.field(e.getKey());
            if (set.isMember() && (isOne(e.getValue(), below) || set.children().isEmpty())) return;
            result.set(
                e.getKey(), set.isEmpty() ? e.getValue() : without(e.getValue(), set, below));
          });
      return result;
    }
    if (value.isArray() && schema.listType() != ListType.ATOMIC) {
      var result = Json.array();
      elements(value, schema)
          .forEach((k, item) -> {
            var set = fields.child(k);
            if (set.isMember()) return;
            result.add(set.isEmpty() ? item : without(item, set, schema.items()));
          });
      return result;
    }
    return value;
  }
}
