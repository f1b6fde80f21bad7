package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.sandbox.http.Request;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.Store;

/** Lists as {@code kubectl get} prints them: the server makes the columns. */
final class Tables {
  private Tables() {}

  static boolean isWanted(Request request) {
    var accepted = request.headers().all("Accept").collect(Collectors.joining(","));
    return accepted.replace(" ", "").contains("as=Table;v=v1;g=meta.k8s.io");
  }

  static ObjectNode table(
      Store store, Resource resource, List<ObjectNode> objects, Request request) {
    var columns = Columns.of(resource, store.now());
    var table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table
        .putObject("metadata")
        .put(
            "resourceVersion",
            objects.size() == 1
                ? Json.text(objects.getFirst(), "metadata.resourceVersion")
                : Long.toString(store.version()));
    var definitions = table.putArray("columnDefinitions");
    for (var c : columns)
      definitions
          .addObject()
          .put("name", c.name())
          .put("type", c.type())
          .put("format", c.name().equals("Name") ? "name" : "")
          .put("description", "")
          .put("priority", c.priority());
    var rows = table.putArray("rows");
    var whole = request.parameter("includeObject").orElse("Metadata");
    for (var object : objects) {
      var row = rows.addObject();
      var cells = row.putArray("cells");
      for (var c : columns) cells.add(Json.of(c.cell().apply(object)));
      switch (whole) {
        case "None" -> {}
        case "Object" -> row.set("object", object);
        default -> {
          var partial =
              Json.object()
                  .put("kind", "PartialObjectMetadata")
                  .put("apiVersion", "meta.k8s.io/v1");
          partial.set("metadata", object.path("metadata"));
          row.set("object", partial);
        }
      }
    }
    return table;
  }

  /** Elements as a column shows them: {@code a,b}; {@code <none>} for none. */
  static String joined(Stream<String> all) {
    var text = all.collect(Collectors.joining(","));
    return text.isEmpty() ? "<none>" : text;
  }
}
