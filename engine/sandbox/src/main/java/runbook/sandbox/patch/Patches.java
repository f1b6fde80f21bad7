package runbook.sandbox.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Schema;
import runbook.sandbox.store.StatusException;

/** Patches by their media types. */
public final class Patches {
  private Patches() {}

  /**
   * The patched object.
   *
   * @param type media type of the patch
   * @throws StatusException when it does not fit, or is of no known type
   */
  public static ObjectNode patched(
      Resource resource, ObjectNode live, String type, JsonNode patch) {
    var result =
        switch (type) {
          case "application/json-patch+json" -> json(resource, live, patch);
          case "application/merge-patch+json" -> merged(live.deepCopy(), patch);
          case "application/strategic-merge-patch+json" -> {
            if (!(patch instanceof ObjectNode p))
              throw StatusException.badRequest("the patch is no object");
            yield StrategicMerge.merged(live, p, Schema.of(resource));
          }
          default ->
              throw StatusException.plain(
                  415,
                  "UnsupportedMediaType",
                  "the body of the request was in an unknown format - accepted media types"
                      + " include: application/json-patch+json, application/merge-patch+json,"
                      + " application/apply-patch+yaml, application/strategic-merge-patch+json");
        };
    if (result instanceof ObjectNode o) return o;
    throw StatusException.badRequest("the patch leaves no object");
  }

  private static JsonNode json(Resource resource, ObjectNode live, JsonNode patch) {
    try {
      return JsonPatch.apply(patch, live.deepCopy());
    } catch (JsonPatchException e) {
      // a test that fails, a path that leads nowhere
      throw StatusException.invalid(
          resource.kind(),
          resource,
          Json.text(live, "metadata.name"),
          java.util.List.of(
              new StatusException.Cause(
                  "FieldValueInvalid",
                  "the server rejected our request due to an error in our request: "
                      + e.getMessage(),
                  "patch")));
    }
  }

  /** RFC 7386: what is null goes, what is an object is merged, anything else takes its place. */
  static JsonNode merged(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode p)) return patch;
    var result = target instanceof ObjectNode t ? t : Json.object();
    p.propertyStream()
        .forEach(e -> {
          if (e.getValue().isNull()) result.remove(e.getKey());
          else result.set(e.getKey(), merged(result.path(e.getKey()), e.getValue()));
        });
    return result;
  }
}
