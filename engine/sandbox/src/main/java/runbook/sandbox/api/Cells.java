package runbook.sandbox.api;

import static runbook.sandbox.api.Tables.joined;
import static runbook.sandbox.json.Json.items;
import static runbook.sandbox.json.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;

/** What stands in the columns of {@code kubectl get}. */
final class Cells {
  private Cells() {}

  static boolean isTrue(ObjectNode o, String condition) {
    return items(o, "status.conditions")
        .anyMatch(c -> text(c, "type").equals(condition) && text(c, "status").equals("True"));
  }

  static String labels(JsonNode labels) {
    return joined(labels.propertyStream().map(e -> e.getKey() + "=" + e.getValue().asText()));
  }

  static final Map<String, String> MODES =
      Map.of(
          "ReadWriteOnce", "RWO",
          "ReadOnlyMany", "ROX",
          "ReadWriteMany", "RWX",
          "ReadWriteOncePod", "RWOP");

  static String modes(ObjectNode o, String path) {
    return items(o, path)
        .map(m -> MODES.getOrDefault(m.asText(), m.asText()))
        .collect(Collectors.joining(","));
  }

  static String orNone(String text) {
    return text.isEmpty() ? "<none>" : text;
  }

  static String unset(Stream<String> all) {
    var text = all.collect(Collectors.joining(","));
    return text.isEmpty() ? "<unset>" : text;
  }

  static String human(Duration d) {
    long s = Math.max(0, d.toSeconds());
    if (s < 120) return s + "s";
    long m = s / 60;
    if (m < 10) return m + "m" + rest(s % 60, "s");
    if (m < 180) return m + "m";
    long h = m / 60;
    if (h < 8) return h + "h" + rest(m % 60, "m");
    if (h < 48) return h + "h";
    long days = h / 24;
    if (days < 8) return days + "d" + rest(h % 24, "h");
    return days < 730 ? days + "d" : days / 365 + "y" + rest(days % 365, "d");
  }

  static String rest(long n, String unit) {
    return n == 0 ? "" : n + unit;
  }

  static String jobStatus(ObjectNode o) {
    if (isTrue(o, "Complete")) return "Complete";
    if (isTrue(o, "Failed")) return "Failed";
    if (isTrue(o, "Suspended")) return "Suspended";
    return o.at("/metadata/deletionTimestamp").isMissingNode() ? "Running" : "Terminating";
  }

  static String ready(ObjectNode o) {
    return Json.number(o, "status.readyReplicas").orElse(0L)
        + "/"
        + Json.number(o, "spec.replicas").orElse(1L);
  }

  static String className(ObjectNode o) {
    boolean usual =
        o.at("/metadata/annotations")
            .path("storageclass.kubernetes.io/is-default-class")
            .asText()
            .equals("true");
    return Json.text(o, "metadata.name") + (usual ? " (default)" : "");
  }

  /** {@code Deployment/site}. */
  static String reference(JsonNode to) {
    return text(to, "kind") + "/" + text(to, "name");
  }
}
