package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;

/** What a server fills in where a pod is described, in a pod or in a template of pods. */
final class PodDefaults {
  private PodDefaults() {}

  static void fill(ObjectNode spec) {
    put(spec, "restartPolicy", "Always");
    put(spec, "terminationGracePeriodSeconds", 30);
    put(spec, "dnsPolicy", "ClusterFirst");
    put(spec, "schedulerName", "default-scheduler");
    Json.within(spec, "securityContext");
    containers(spec).forEach(PodDefaults::container);
    Json.items(spec, "volumes").map(ObjectNode.class::cast).forEach(PodDefaults::volume);
  }

  private static Stream<ObjectNode> containers(ObjectNode spec) {
    return Stream.concat(Json.items(spec, "initContainers"), Json.items(spec, "containers"))
        .map(ObjectNode.class::cast);
  }

  private static void container(ObjectNode container) {
    put(container, "terminationMessagePath", "/dev/termination-log");
    put(container, "terminationMessagePolicy", "File");
    put(container, "imagePullPolicy", pullPolicy(Json.text(container, "image")));
    Json.within(container, "resources");
    Json.items(container, "ports").forEach(p -> put((ObjectNode) p, "protocol", "TCP"));
    for (var probe : new String[] {"livenessProbe", "readinessProbe", "startupProbe"})
      Json.at(container, probe).map(ObjectNode.class::cast).ifPresent(PodDefaults::probe);
    Json.items(container, "env")
        .flatMap(e -> Json.at(e, "valueFrom.fieldRef").stream())
        .forEach(f -> put((ObjectNode) f, "apiVersion", "v1"));
  }

  /** What has no tag, or the tag {@code latest}, is asked for each time. */
  private static String pullPolicy(String image) {
    var name = image.substring(image.lastIndexOf('/') + 1);
    if (name.contains("@")) return "IfNotPresent";
    return !name.contains(":") || name.endsWith(":latest") ? "Always" : "IfNotPresent";
  }

  private static void probe(ObjectNode probe) {
    put(probe, "timeoutSeconds", 1);
    put(probe, "periodSeconds", 10);
    put(probe, "successThreshold", 1);
    put(probe, "failureThreshold", 3);
    Json.at(probe, "httpGet")
        .map(ObjectNode.class::cast)
        .ifPresent(h -> {
          put(h, "path", "/");
          put(h, "scheme", "HTTP");
        });
  }

  private static void volume(ObjectNode volume) {
    for (var kind : new String[] {"configMap", "secret", "projected", "downwardAPI"})
      Json.at(volume, kind).ifPresent(v -> put((ObjectNode) v, "defaultMode", 420));
    Json.at(volume, "hostPath").ifPresent(v -> put((ObjectNode) v, "type", ""));
  }

  /** {@code BestEffort}, {@code Burstable} or {@code Guaranteed}. */
  static String qualityOfService(ObjectNode spec) {
    var resources = containers(spec).map(c -> c.path("resources")).toList();
    if (resources.stream()
        .allMatch(r -> r.path("limits").isEmpty() && r.path("requests").isEmpty()))
      return "BestEffort";
    return resources.stream().allMatch(PodDefaults::isGuaranteed) ? "Guaranteed" : "Burstable";
  }

  private static boolean isGuaranteed(JsonNode resources) {
    var limits = resources.path("limits");
    return limits.has("cpu")
        && limits.has("memory")
        && (resources.path("requests").isEmpty() || resources.path("requests").equals(limits));
  }

  private static void put(ObjectNode at, String key, Object value) {
    if (!at.has(key)) at.set(key, Json.of(value));
  }
}
