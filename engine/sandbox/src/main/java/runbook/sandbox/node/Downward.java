package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import runbook.sandbox.json.Json;

/** What a pod may learn of itself (the downward API). */
record Downward(ObjectNode pod, String podAddress, String nodeAddress) {
  private static final Pattern KEYED = Pattern.compile("metadata\\.(labels|annotations)\\['(.*)']");
  private static final Map<String, String> ALLOCATABLE =
      Map.of("cpu", "2", "memory", "8Gi", "ephemeral-storage", "100Gi");

  String field(String path) throws Fault {
    Matcher keyed = KEYED.matcher(path);
    if (keyed.matches()) {
      return pod.path("metadata").path(keyed.group(1)).path(keyed.group(2)).asText();
    }
    return switch (path) {
      case "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName" ->
          Json.text(pod, path);
      case "spec.serviceAccountName" ->
          Json.text(pod, path).isEmpty() ? "default" : Json.text(pod, path);
      case "metadata.labels", "metadata.annotations" ->
          Json.entries(pod, path)
              .map(e -> e.getKey() + "=\"" + e.getValue().asText() + "\"")
              .sorted()
              .collect(Collectors.joining("\n"));
      case "status.podIP", "status.podIPs" -> podAddress;
      case "status.hostIP", "status.hostIPs" -> nodeAddress;
      default -> throw Fault.config("unsupported fieldPath: " + path);
    };
  }

  /** {@code limits.memory} and the like of a container; the node's own where there is no limit. */
  String resource(JsonNode container, JsonNode reference) throws Fault {
    String[] words = Json.text(reference, "resource").split("\\.", 2);
    String amount = container.path("resources").path(words[0]).path(words[1]).asText();
    if (amount.isEmpty()) {
      amount = words[0].equals("limits") ? ALLOCATABLE.getOrDefault(words[1], "0") : "0";
    }
    try {
      return Quantity.divided(amount, Json.text(reference, "divisor"));
    } catch (IllegalArgumentException e) {
      throw Fault.config(e.getMessage());
    }
  }
}
