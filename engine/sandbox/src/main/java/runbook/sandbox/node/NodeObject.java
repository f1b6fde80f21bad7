package runbook.sandbox.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import runbook.sandbox.json.Json;

/** How a node describes itself. */
final class NodeObject {
  private NodeObject() {}

  static ObjectNode of(String name, String address, String now) {
    ObjectNode node = Json.object();
    Json.put(node, "metadata.name", name);
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    ObjectNode labels = Json.within(node, "metadata.labels");
    Map.of(
            "kubernetes.io/hostname", name,
            "kubernetes.io/os", "linux",
            "kubernetes.io/arch", arch)
        .forEach(labels::put);
    node.putObject("spec");
    ObjectNode status = node.putObject("status");
    status.putArray("addresses").addObject().put("address", address).put("type", "InternalIP");
    status.withArrayProperty("addresses").addObject().put("address", name).put("type", "Hostname");
    for (String kind : new String[] {"capacity", "allocatable"}) {
      ObjectNode amounts = status.putObject(kind);
      amounts
          .put("cpu", "2")
          .put("memory", "8Gi")
          .put("pods", "110")
          .put("ephemeral-storage", "100Gi");
    }
    conditions(status, now);
    ObjectNode info = status.putObject("nodeInfo");
    info.put("architecture", arch).put("operatingSystem", "linux");
    info.put("containerRuntimeVersion", "containerd://2.0.0").put("kubeletVersion", "v1.35.0");
    info.put("kernelVersion", System.getProperty("os.version")).put("osImage", "sandbox");
    return node;
  }

  static boolean isReady(Optional<ObjectNode> node) {
    return node.stream()
        .flatMap(n -> Json.items(n, "status.conditions"))
        .anyMatch(
            c -> Json.text(c, "type").equals("Ready") && Json.text(c, "status").equals("True"));
  }

  /** The node with all its conditions as they are when all is well. */
  static ObjectNode ready(ObjectNode node, String now) {
    ObjectNode status = Json.within(node, "status");
    status.remove("conditions");
    conditions(status, now);
    return node;
  }

  private static void conditions(ObjectNode status, String now) {
    condition(status, "MemoryPressure", "False", "KubeletHasSufficientMemory", now);
    condition(status, "DiskPressure", "False", "KubeletHasNoDiskPressure", now);
    condition(status, "PIDPressure", "False", "KubeletHasSufficientPID", now);
    condition(status, "Ready", "True", "KubeletReady", now);
  }

  private static void condition(
      ObjectNode status, String type, String value, String reason, String now) {
    status
        .withArrayProperty("conditions")
        .addObject()
        .put("type", type)
        .put("status", value)
        .put("reason", reason)
        .put("message", reason)
        .put("lastHeartbeatTime", now)
        .put("lastTransitionTime", now);
  }
}
