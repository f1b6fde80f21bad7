package runbook.sandbox.linode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import runbook.sandbox.json.Json;

/**
 * A Linode: a machine that volumes are attached to.
 *
 * @param region where it stands; it takes volumes of this region only
 */
public record Instance(long id, String label, String region) {
  private static final String BORN = "2024-01-01T00:00:00";

  /** As {@code GET /linode/instances/{id}} gives it. */
  ObjectNode json() {
    var json = Json.object().put("id", id).put("label", label).put("region", region);
    json.put("status", "running").put("type", "g6-standard-4").put("group", "");
    json.put("hypervisor", "kvm").put("created", BORN).put("updated", BORN);
    json.putArray("tags");
    json.putNull("image").putNull("ipv6");
    json.set("ipv4", Json.of(List.of("192.0.2.2")));
    json.set(
        "specs",
        Json.of(Map.of("disk", 163840, "memory", 8192, "vcpus", 4, "gpus", 0, "transfer", 5000)));
    return json;
  }
}
