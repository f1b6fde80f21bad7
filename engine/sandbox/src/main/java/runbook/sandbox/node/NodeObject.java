package runbook.sandbox.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
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
    condition(status, "MemoryPressure", "False", "KubeletHasSufficientMemory", now);
    condition(status, "DiskPressure", "False", "KubeletHasNoDiskPressure", now);
    condition(status, "PIDPressure", "False", "KubeletHasSufficientPID", now);
    condition(status, "Ready", "True", "KubeletReady", now);
    ObjectNode info = status.putObject("nodeInfo");
    info.put("architecture", arch).put("operatingSystem", "linux");
    info.put("containerRuntimeVersion", "containerd://2.0.0").put("kubeletVersion", "v1.35.0");
    info.put("kernelVersion", System.getProperty("os.version")).put("osImage", "sandbox");
    return node;
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
