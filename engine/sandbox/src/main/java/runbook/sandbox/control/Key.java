package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.Store;

/**
 * Which object a controller looks at.
 *
 * @param namespace empty where there is none
 */
record Key(String namespace, String name) {
  static Key of(JsonNode object) {
    return new Key(Json.text(object, "metadata.namespace"), Json.text(object, "metadata.name"));
  }

  /** The object as it is now. */
  Optional<ObjectNode> in(Store store, Resource resource) {
    return store.get(resource, namespace, name);
  }
}
