package runbook.sandbox.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;

/** Whether and when an object that is deleted is gone. */
final class Ends {
  private Ends() {}

  static void finalizer(ObjectNode metadata, String name) {
    var finalizers = metadata.withArrayProperty("finalizers");
    if (finalizers.valueStream().noneMatch(f -> f.asText().equals(name))) finalizers.add(name);
  }

  /** Only what runs on a node has time to end. */
  static long grace(Resource resource, ObjectNode object, Deletion how) {
    if (!resource.equals(Resources.PODS) || Json.text(object, "spec.nodeName").isEmpty()) return 0;
    if (Set.of("Succeeded", "Failed").contains(Json.text(object, "status.phase"))) return 0;
    return Math.max(
        0,
        how.grace()
            .or(() -> Json.number(object, "spec.terminationGracePeriodSeconds"))
            .orElse(30L));
  }

  /** Whether something has to happen before it may be gone. */
  static boolean isHeld(ObjectNode object) {
    return !object.path("metadata").path("finalizers").isEmpty()
        || object.path("metadata").path("deletionGracePeriodSeconds").asLong() > 0
        || object.path("kind").asText().equals("Namespace")
            && !object.path("spec").path("finalizers").isEmpty();
  }

  static boolean isGoing(ObjectNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }
}
