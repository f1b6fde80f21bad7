package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Schema;
import runbook.sandbox.store.StatusException;

/**
 * Fields that an object's schema does not have. They are never kept; whether they are refused, told
 * or passed over in silence is what {@code fieldValidation} asks for.
 */
record UnknownFields(Resource resource) {

  /** Takes them out, refuses them, or tells them in a header of the answer. */
  void check(ObjectNode given, Request request, Response response) {
    var unknown = removed(given);
    if (unknown.isEmpty()) return;
    switch (request.parameter("fieldValidation").orElse("Warn")) {
      case "Strict" ->
          throw StatusException.badRequest(
              "%1$s in version \"%2$s\" cannot be handled as a %1$s: strict decoding error: %3$s"
                  .formatted(
                      resource.kind(),
                      resource.version(),
                      unknown.stream().map(UnknownFields::told).collect(Collectors.joining(", "))));
      case "Warn" ->
          unknown.forEach(f ->
              response.headers().add("Warning", "299 - \"" + told(f).replace("\"", "\\\"") + "\""));
      default -> {
        // nothing is said
      }
    }
  }

  private static String told(String field) {
    return "unknown field \"" + field + "\"";
  }

  /** Takes them out; gives their paths, as {@code spec.containers[0].port}. */
  List<String> removed(ObjectNode given) {
    var unknown = new ArrayList<String>();
    walk(given, Schema.of(resource), "", false, unknown);
    return unknown.stream().map(f -> f.substring(1)).toList();
  }

  /**
   * Refuses what is to be applied by the server.
   *
   * @throws StatusException with code 500, as a real server answers
   */
  void refuseApplied(ObjectNode given) {
    var unknown = new ArrayList<String>();
    walk(given.deepCopy(), Schema.of(resource), "", true, unknown);
    if (unknown.isEmpty()) return;
    var each = unknown.stream().map(f -> f + ": field not declared in schema").toList();
    var words = each.size() == 1 ? each.getFirst() : "errors:\n  " + String.join("\n  ", each);
    var space = Json.text(given, "metadata.namespace");
    throw StatusException.plain(
        500,
        "",
        "failed to create typed patch object (%s%s; %s, Kind=%s): %s"
            .formatted(
                space.isEmpty() ? "" : space + "/",
                Json.text(given, "metadata.name"),
                resource.apiVersion(),
                resource.kind(),
                words));
  }

  /**
   * @param keyed whether elements of lists are named by their keys where they have some
   */
  private static void walk(
      JsonNode node, Schema schema, String path, boolean keyed, List<String> unknown) {
    if (node instanceof ObjectNode object) {
      for (var name : object.propertyStream().map(Map.Entry::getKey).toList()) {
        var field = path + "." + name;
        if (schema.has(name)) walk(object.get(name), schema.field(name), field, keyed, unknown);
        else {
          unknown.add(field);
          object.remove(name);
        }
      }
      return;
    }
    for (int i = 0; i < node.size(); i++) {
      var item = node.get(i);
      var name =
          keyed && schema.listType() == Schema.ListType.MAP
              ? schema.keys().stream()
                  .filter(item::has)
                  .map(k -> k + "=" + item.get(k))
                  .collect(Collectors.joining(","))
              : Integer.toString(i);
      walk(item, schema.items(), path + "[" + name + "]", keyed, unknown);
    }
  }
}
