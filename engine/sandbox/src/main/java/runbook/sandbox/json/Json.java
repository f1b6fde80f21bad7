package runbook.sandbox.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reading, writing and walking of JSON trees. A path is {@code metadata.name}: keys and dots. */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** The tree of plain values: maps, lists, texts, numbers, booleans. */
  public static JsonNode of(Object plain) {
    return MAPPER.valueToTree(plain);
  }

  public static ObjectNode of(Map<String, ?> plain) {
    return MAPPER.valueToTree(plain);
  }

  /**
   * @throws IllegalArgumentException with the parser's words, when it is no JSON
   */
  public static JsonNode parse(byte[] bytes) {
    try {
      var tree = MAPPER.readTree(bytes);
      if (tree.isMissingNode()) throw new IllegalArgumentException("there is nothing");
      return tree;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException with the parser's words, when it is no JSON
   */
  public static JsonNode parse(String text) {
    return parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** A resource of this program. */
  public static JsonNode resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("there is no resource " + name);
      return parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is at a path, if anything is that is not null. */
  public static Optional<JsonNode> at(JsonNode tree, String path) {
    var node = tree;
    for (var key : path.split("\\.")) node = node.path(key);
    return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  /** The text at a path; empty where there is none. */
  public static String text(JsonNode tree, String path) {
    return at(tree, path).map(JsonNode::asText).orElse("");
  }

  /** The whole number at a path, if there is one. */
  public static Optional<Long> number(JsonNode tree, String path) {
    return at(tree, path).filter(JsonNode::isIntegralNumber).map(JsonNode::asLong);
  }

  /** The elements of the list at a path; none where there is no list. */
  public static Stream<JsonNode> items(JsonNode tree, String path) {
    return at(tree, path).stream().flatMap(JsonNode::valueStream);
  }

  /** The entries of the map at a path; none where there is no map. */
  public static Stream<Map.Entry<String, JsonNode>> entries(JsonNode tree, String path) {
    return at(tree, path).stream().flatMap(JsonNode::propertyStream);
  }

  /** The object at a path, made where it is not there. */
  public static ObjectNode within(ObjectNode tree, String path) {
    var node = tree;
    for (var key : path.split("\\.")) node = node.withObjectProperty(key);
    return node;
  }

  /** Puts plain values, or a tree, at a path. */
  public static void put(ObjectNode tree, String path, Object value) {
    int dot = path.lastIndexOf('.');
    var parent = dot < 0 ? tree : within(tree, path.substring(0, dot));
    parent.set(path.substring(dot + 1), value instanceof JsonNode n ? n : of(value));
  }

  /** Takes away what is at a path. */
  public static void remove(ObjectNode tree, String path) {
    int dot = path.lastIndexOf('.');
    var parent = dot < 0 ? Optional.of(tree) : at(tree, path.substring(0, dot));
    if (parent.isPresent() && parent.get() instanceof ObjectNode p)
      p.remove(path.substring(dot + 1));
  }
}
