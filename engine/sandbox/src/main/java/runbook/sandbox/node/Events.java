package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** What a kubelet tells of its pods; what it tells again is counted. */
final class Events {
  private final Store store;
  private final String node;
  private final AtomicLong number = new AtomicLong(System.nanoTime());
  private final Map<List<String>, String> told = new HashMap<>();

  Events(Store store, String node) {
    this.store = store;
    this.node = node;
  }

  /**
   * @param type Normal or Warning
   * @param field what in the pod it is about, perhaps nothing
   */
  synchronized void tell(JsonNode pod, String type, String field, String reason, String message) {
    String namespace = Json.text(pod, "metadata.namespace");
    List<String> key = List.of(Json.text(pod, "metadata.uid"), type, field, reason, message);
    String known = told.get(key);
    if (known != null
        && store.modify(Resources.EVENTS, namespace, known, this::again).isPresent()) {
      return;
    }
    String name =
        Json.text(pod, "metadata.name") + "." + Long.toHexString(number.incrementAndGet());
    told.put(key, name);
    store.create(Resources.EVENTS, event(pod, name, type, field, reason, message));
  }

  private ObjectNode again(ObjectNode event) {
    event.put("count", event.path("count").asInt() + 1);
    return event.put("lastTimestamp", store.timestamp());
  }

  private ObjectNode event(
      JsonNode pod, String name, String type, String field, String reason, String message) {
    String now = store.timestamp();
    ObjectNode event = Json.object();
    Json.put(event, "metadata.name", name);
    Json.put(event, "metadata.namespace", Json.text(pod, "metadata.namespace"));
    ObjectNode about = Json.within(event, "involvedObject");
    about.put("apiVersion", "v1").put("kind", "Pod");
    for (String key : List.of("name", "namespace", "uid", "resourceVersion")) {
      about.put(key, Json.text(pod, "metadata." + key));
    }
    if (!field.isEmpty()) {
      about.put("fieldPath", field);
    }
    event.put("type", type).put("reason", reason).put("message", message);
    event.put("count", 1).put("firstTimestamp", now).put("lastTimestamp", now);
    event.putNull("eventTime").put("reportingComponent", "kubelet").put("reportingInstance", node);
    Json.put(event, "source.component", "kubelet");
    Json.put(event, "source.host", node);
    return event;
  }
}
