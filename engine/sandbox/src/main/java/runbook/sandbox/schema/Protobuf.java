package runbook.sandbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import runbook.sandbox.json.Json;

/**
 * Objects as {@code kubectl create} and other Go clients send them: protobuf within an envelope
 * that names their kind. The numbers of their fields are in {@code protobuf.json}, made of the
 * official {@code generated.proto} files.
 */
public final class Protobuf {
  private static final byte[] MAGIC = {'k', '8', 's', 0};

  /** Fields that are messages here, and whose fields stand in the message around them in JSON. */
  private static final Set<String> INLINE =
      Set.of(
          "volumeSource",
          "persistentVolumeSource",
          "handler",
          "localObjectReference",
          "ephemeralContainerCommon");

  private static final String META = "k8s.io.apimachinery.pkg.apis.meta.v1.";
  private static final String TIME = META + "Time";
  private static final String MICRO_TIME = META + "MicroTime";
  private static final String INT_OR_STRING = "k8s.io.apimachinery.pkg.util.intstr.IntOrString";
  private static final String QUANTITY = "k8s.io.apimachinery.pkg.api.resource.Quantity";

  private static final class Tables {
    static final JsonNode ALL = Json.resource(Protobuf.class, "protobuf.json");
  }

  private final byte[] bytes;
  private int at;
  private final int end;

  private Protobuf(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /**
   * The object in an envelope.
   *
   * @throws IllegalArgumentException when it is none, or is of a kind that is not known
   */
  public static ObjectNode decode(byte[] envelope) {
    if (envelope.length < 4 || !Arrays.equals(envelope, 0, 4, MAGIC, 0, 4))
      throw new IllegalArgumentException("there is no protobuf envelope");
    var in = new Protobuf(envelope, 4, envelope.length);
    var apiVersion = "";
    var kind = "";
    var raw = new byte[0];
    while (in.at < in.end) {
      int tag = (int) in.varint();
      if (tag == (1 << 3 | 2)) {
        var meta = in.message();
        while (meta.at < meta.end) {
          int field = (int) meta.varint();
          var text = meta.text();
          if (field >> 3 == 1) apiVersion = text;
          else kind = text;
        }
      } else if (tag == (2 << 3 | 2)) {
        raw = in.raw();
      } else {
        in.skip(tag & 7);
      }
    }
    var root = Tables.ALL.path("roots").path(apiVersion + " " + kind).asText();
    if (kind.equals("DeleteOptions")) root = META + "DeleteOptions";
    if (root.isEmpty())
      throw new IllegalArgumentException(
          "no kind \"" + kind + "\" is registered for version \"" + apiVersion + "\"");
    var object = Json.object().put("kind", kind).put("apiVersion", apiVersion);
    new Protobuf(raw, 0, raw.length).fields(root, object);
    return object;
  }

  private void fields(String message, ObjectNode into) {
    var table = Tables.ALL.path("messages").path(message);
    while (at < end) {
      int tag = (int) varint();
      var words = table.path(Integer.toString(tag >>> 3)).asText().split(" ");
      if (words.length < 3) {
        skip(tag & 7);
        continue;
      }
      var name = words[0];
      switch (words[1]) {
        case "list" -> value(words[2], tag & 7).ifPresent(v -> into.withArrayProperty(name).add(v));
        case "map" -> entry(words[2], into.withObjectProperty(name));
        default -> {
          if (INLINE.contains(name)) message().fields(words[2], into);
          else
            value(words[2], tag & 7)
                // what is not set is sent as an empty text
                .filter(v -> !v.isTextual() || !v.asText().isEmpty())
                .ifPresent(v -> into.set(name, v));
        }
      }
    }
  }

  private void entry(String type, ObjectNode into) {
    var entry = message();
    var key = "";
    Optional<JsonNode> value = Optional.empty();
    while (entry.at < entry.end) {
      int tag = (int) entry.varint();
      if (tag >>> 3 == 1) key = entry.text();
      else value = entry.value(type, tag & 7);
    }
    into.set(key, value.orElse(JsonNodeFactory.instance.textNode("")));
  }

  private Optional<JsonNode> value(String type, int wire) {
    var make = JsonNodeFactory.instance;
    return switch (type) {
      case "string" -> Optional.of(make.textNode(text()));
      case "bytes" -> Optional.of(make.textNode(Base64.getEncoder().encodeToString(raw())));
      case "bool" -> Optional.of(make.booleanNode(varint() != 0));
      case "int32", "uint32" -> Optional.of(make.numberNode((int) varint()));
      case "int64", "uint64" -> Optional.of(make.numberNode(varint()));
      case TIME, MICRO_TIME -> message().time();
      case INT_OR_STRING -> Optional.of(message().intOrString());
      case QUANTITY -> Optional.of(message().first());
      default -> {
        if (wire != 2) {
          skip(wire);
          yield Optional.empty();
        }
        var object = Json.object();
        message().fields(type, object);
        yield Optional.of(object);
      }
    };
  }

  /** Nothing is sent for no time. */
  private Optional<JsonNode> time() {
    long seconds = 0;
    long nanos = 0;
    boolean any = at < end;
    while (at < end) {
      int tag = (int) varint();
      if (tag >>> 3 == 1) seconds = varint();
      else nanos = varint();
    }
    return any
        ? Optional.of(
            JsonNodeFactory.instance.textNode(Instant.ofEpochSecond(seconds, nanos).toString()))
        : Optional.empty();
  }

  private JsonNode intOrString() {
    long type = 0;
    long number = 0;
    var text = "";
    while (at < end) {
      switch ((int) varint() >>> 3) {
        case 1 -> type = varint();
        case 2 -> number = varint();
        default -> text = text();
      }
    }
    var make = JsonNodeFactory.instance;
    return type == 0 ? make.numberNode((int) number) : make.textNode(text);
  }

  private JsonNode first() {
    var text = "";
    while (at < end) {
      varint();
      text = text();
    }
    return JsonNodeFactory.instance.textNode(text);
  }

  private Protobuf message() {
    int length = length();
    var within = new Protobuf(bytes, at, at + length);
    at += length;
    return within;
  }

  private byte[] raw() {
    int length = length();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  private String text() {
    return new String(raw(), StandardCharsets.UTF_8);
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - at)
      throw new IllegalArgumentException("a field is longer than the message");
    return (int) length;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) throw new IllegalArgumentException("the message is cut off");
      byte b = bytes[at++];
      value |= (long) (b & 127) << shift;
      if (b >= 0) return value;
    }
    throw new IllegalArgumentException("a number is too long");
  }

  private void skip(int wire) {
    switch (wire) {
      case 0 -> varint();
      case 1 -> at += 8;
      case 2 -> raw();
      case 5 -> at += 4;
      default -> throw new IllegalArgumentException("a field is of no known form");
    }
  }
}
