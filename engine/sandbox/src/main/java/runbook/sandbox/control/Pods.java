package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** Pods as controllers see and make them. */
final class Pods {
  private Pods() {}

  /** Whether all of it has ended. */
  static boolean hasEnded(JsonNode pod) {
    return Set.of("Succeeded", "Failed").contains(Json.text(pod, "status.phase"));
  }

  /** Whether it counts: it neither ended nor is to go. */
  static boolean isActive(JsonNode pod) {
    return !hasEnded(pod) && !Objects.isGoing(pod);
  }

  static boolean isReady(JsonNode pod) {
    return Objects.isTrue(pod, "Ready");
  }

  /** Whether it has been ready for so long. */
  static boolean isAvailable(JsonNode pod, long seconds, Instant now) {
    if (!isReady(pod)) return false;
    if (seconds == 0) return true;
    var since = Objects.condition(pod, "Ready").map(c -> Json.text(c, "lastTransitionTime"));
    return since
        .filter(s -> !s.isEmpty())
        .map(s -> !Instant.parse(s).plusSeconds(seconds).isAfter(now))
        .orElse(false);
  }

  /** Names of the claims that it uses. */
  static Stream<String> claims(JsonNode pod) {
    return Json.items(pod, "spec.volumes").map(v -> claimOf(pod, v)).filter(n -> !n.isEmpty());
  }

  /** The claim behind one of its volumes; empty for another kind of volume. */
  static String claimOf(JsonNode pod, JsonNode volume) {
    return volume.has("ephemeral")
        ? Objects.name(pod) + "-" + Json.text(volume, "name")
        : Json.text(volume, "persistentVolumeClaim.claimName");
  }

  /** A pod of a template, which is not stored yet. */
  static ObjectNode of(ObjectNode owner, JsonNode template) {
    var pod = Json.object();
    var metadata = pod.putObject("metadata");
    metadata.put("namespace", Objects.namespace(owner));
    metadata.put("generateName", Objects.name(owner) + "-");
    for (var key : new String[] {"labels", "annotations"})
      if (!template.path("metadata").path(key).isEmpty())
        metadata.set(key, template.path("metadata").path(key).deepCopy());
    metadata.putArray("ownerReferences").add(Objects.reference(owner));
    if (template.path("spec") instanceof ObjectNode spec) pod.set("spec", spec.deepCopy());
    var spec = Json.within(pod, "spec");
    if (!spec.has("serviceAccountName")) spec.put("serviceAccountName", "default");
    if (!spec.has("enableServiceLinks")) spec.put("enableServiceLinks", true);
    Json.put(pod, "status.phase", "Pending");
    Json.put(pod, "status.qosClass", "BestEffort");
    return pod;
  }

  static ObjectNode create(Store store, ObjectNode pod) {
    return store.create(Resources.PODS, pod);
  }

  /** Those that go first when there are too many. */
  static final Comparator<ObjectNode> RANK =
      Comparator.<ObjectNode, Boolean>comparing(p -> !Json.text(p, "spec.nodeName").isEmpty())
          .thenComparing(p -> Json.text(p, "status.phase").equals("Running"))
          .thenComparing(Pods::isReady)
          .thenComparing(Pods::restarts, Comparator.reverseOrder())
          .thenComparing(
              p -> Json.text(p, "metadata.creationTimestamp"), Comparator.reverseOrder());

  private static long restarts(ObjectNode pod) {
    return Json.items(pod, "status.containerStatuses")
        .mapToLong(c -> c.path("restartCount").asLong())
        .sum();
  }

  /** How long until a pod that is ready has been so for long enough. */
  static Duration moment() {
    return Duration.ofSeconds(1);
  }
}
