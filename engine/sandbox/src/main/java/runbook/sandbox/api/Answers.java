package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import runbook.sandbox.http.BadRequest;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.json.Yaml;
import runbook.sandbox.schema.Protobuf;
import runbook.sandbox.store.StatusException;

/** What goes over the wire. */
final class Answers {
  static final String JSON = "application/json";

  /** The largest body; a server takes 3 MiB. */
  private static final int MOST = 3 << 20;

  private Answers() {}

  static void send(Response response, int status, JsonNode body) throws IOException {
    response.send(status, JSON, Json.bytes(body));
  }

  static void refuse(Response response, StatusException e) throws IOException {
    send(response, e.code(), e.status());
  }

  /** The type of the body, without its parameters. */
  static String type(Request request) {
    return request.headers().first("Content-Type").orElse(JSON).replaceAll(";.*", "").strip();
  }

  /**
   * The body as a tree.
   *
   * @throws StatusException when it cannot be read
   */
  static JsonNode body(Request request) throws IOException {
    byte[] bytes;
    try {
      bytes = request.bytes(MOST);
    } catch (BadRequest e) {
      throw StatusException.plain(
          413, "RequestEntityTooLarge", "Request entity too large: limit is " + MOST);
    }
    var type = type(request);
    try {
      return switch (type) {
        case "application/yaml", "application/apply-patch+yaml" -> yaml(bytes);
        case "application/vnd.kubernetes.protobuf" -> Protobuf.decode(bytes);
        case "application/apply-patch+cbor", "application/cbor" -> throw unsupported(type);
        default -> bytes.length == 0 ? Json.object() : Json.parse(bytes);
      };
    } catch (IllegalArgumentException e) {
      throw StatusException.badRequest("error decoding the request body: " + e.getMessage());
    }
  }

  private static JsonNode yaml(byte[] bytes) {
    // what clients send is JSON most of the time, and that is read faster
    if (bytes.length > 0 && bytes[0] == '{') return Json.parse(bytes);
    var documents =
        Yaml.documents("body", new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
    if (documents.size() != 1) throw new IllegalArgumentException("one document is expected");
    return documents.getFirst();
  }

  static ObjectNode object(Request request) throws IOException {
    if (body(request) instanceof ObjectNode o) return o;
    throw StatusException.badRequest("the request body is no object");
  }

  static StatusException unsupported(String type) {
    return StatusException.plain(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include:"
            + " application/json, application/yaml ("
            + type
            + ")");
  }
}
