package runbook.sandbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import runbook.sandbox.json.Json;

/**
 * What may be at a place of an object, and how it is merged there: the part of OpenAPI and its
 * extensions ({@code x-kubernetes-list-type} and others) that patches go by.
 */
public final class Schema {
  /** How a list's elements belong together. */
  public enum ListType {
    /** They are one value. */
    ATOMIC,
    /** Each is there once. */
    SET,
    /** Each is known by its keys. */
    MAP
  }

  private static final Schema ANY = new Schema(Json.object(), Json.object());

  private final JsonNode schemas;
  private final JsonNode node;

  private Schema(JsonNode schemas, JsonNode node) {
    this.schemas = schemas;
    this.node = node;
  }

  /** That of a whole object. */
  public static Schema of(Resource resource) {
    var schemas = OpenApi.schemas(resource.apiVersion());
    return schemas
        .propertyStream()
        .map(Map.Entry::getValue)
        .filter(s ->
            Json.items(s, "x-kubernetes-group-version-kind")
                .anyMatch(k ->
                    k.path("kind").asText().equals(resource.kind())
                        && k.path("group").asText().equals(resource.group())
                        && k.path("version").asText().equals(resource.version())))
        .findFirst()
        .map(s -> new Schema(schemas, s))
        .orElse(ANY);
  }

  /** What a field refers to; its own words stay with it. */
  private Schema resolved() {
    var reference = node.path("$ref").asText();
    if (reference.isEmpty()) reference = node.path("allOf").path(0).path("$ref").asText();
    if (reference.isEmpty()) return this;
    return new Schema(schemas, schemas.path(reference.substring(reference.lastIndexOf('/') + 1)));
  }

  /** Whether its fields are known by their names. */
  public boolean isStruct() {
    return resolved().node.has("properties");
  }

  /** Whether nothing is known of what may be here. */
  public boolean isUnknown() {
    var r = resolved().node;
    return !r.has("properties") && !r.has("additionalProperties") && !r.has("items");
  }

  /** That of a field; of any, where fields are not known by their names. */
  public Schema field(String name) {
    var r = resolved();
    var field = r.node.path("properties").path(name);
    if (field.isMissingNode()) field = r.node.path("additionalProperties");
    return field.isObject() ? new Schema(schemas, field) : ANY;
  }

  /** Whether a field of that name can be here. */
  public boolean has(String name) {
    var r = resolved().node;
    return !r.has("properties")
        || r.path("properties").has(name)
        || r.has("additionalProperties")
        || r.path("x-kubernetes-preserve-unknown-fields").asBoolean();
  }

  public Schema items() {
    return new Schema(schemas, node.path("items"));
  }

  /** Whether a map is one value, and not one of several parts. */
  public boolean isAtomic() {
    return node.path("x-kubernetes-map-type").asText().equals("atomic")
        || resolved().node.path("x-kubernetes-map-type").asText().equals("atomic");
  }

  public ListType listType() {
    return switch (node.path("x-kubernetes-list-type").asText()) {
      case "map" -> ListType.MAP;
      case "set" -> ListType.SET;
      default -> ListType.ATOMIC;
    };
  }

  /** The keys by which an element of a list is known. */
  public List<String> keys() {
    return Json.items(node, "x-kubernetes-list-map-keys").map(JsonNode::asText).toList();
  }

  /** What a key is where an element does not say it. */
  public Map<String, JsonNode> keyDefaults() {
    var defaults = new TreeMap<String, JsonNode>();
    for (var key : keys()) {
      var preset = items().field(key).node.path("default");
      if (!preset.isMissingNode()) defaults.put(key, preset);
    }
    return defaults;
  }

  /** Whether a strategic merge patch goes into a list or a map, and does not replace it. */
  public Set<String> patchStrategy() {
    return Set.of(node.path("x-kubernetes-patch-strategy").asText().split(",")).stream()
        .filter(s -> !s.isEmpty())
        .collect(Collectors.toSet());
  }

  /** The key by which a strategic merge patch knows an element. */
  public Optional<String> patchKey() {
    return Optional.of(node.path("x-kubernetes-patch-merge-key").asText())
        .filter(k -> !k.isEmpty());
  }
}
