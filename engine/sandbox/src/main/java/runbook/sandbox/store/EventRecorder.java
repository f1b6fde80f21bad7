package runbook.sandbox.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;

/**
 * Tells what happens to objects, as {@code kubectl describe} shows it: the same thing is counted.
 */
public final class EventRecorder {
  private final Store store;
  private final String component;
  private final String host;

  /** Names of events that were told, by what they say. */
  private final Map<String, String> told = new ConcurrentHashMap<>();

  /**
   * @param component who tells it: {@code deployment-controller}
   */
  public EventRecorder(Store store, String component) {
    this(store, component, "");
  }

  /**
   * @param host the node that tells it
   */
  public EventRecorder(Store store, String component, String host) {
    this.store = store;
    this.component = component;
    this.host = host;
  }

  public void normal(JsonNode about, String reason, String message) {
    record(about, "Normal", reason, message, "");
  }

  public void warning(JsonNode about, String reason, String message) {
    record(about, "Warning", reason, message, "");
  }

  /**
   * @param field the part of the object, as {@code spec.containers{postgres}}; empty for the whole
   */
  public void record(JsonNode about, String type, String reason, String message, String field) {
    var namespace = Json.text(about, "metadata.namespace");
    var space = namespace.isEmpty() ? "default" : namespace;
    var same = Json.text(about, "metadata.uid") + "|" + reason + "|" + message + "|" + field;
    var name = told.get(same);
    if (name != null
        && store
            .modify(
                Resources.EVENTS,
                space,
                name,
                e -> {
                  e.put("count", e.path("count").asLong() + 1);
                  return e.put("lastTimestamp", store.timestamp());
                })
            .isPresent()) return;
    var event = Json.object();
    Json.put(
        event,
        "metadata.name",
        Store.generated(Json.text(about, "metadata.name") + ".").replaceAll("[^a-z0-9.-]", "-"));
    Json.put(event, "metadata.namespace", space);
    var involved = event.putObject("involvedObject");
    for (var key : new String[] {"kind", "apiVersion"}) involved.set(key, about.path(key));
    for (var key : new String[] {"name", "namespace", "uid", "resourceVersion"})
      if (about.path("metadata").has(key)) involved.set(key, about.path("metadata").path(key));
    if (!field.isEmpty()) involved.put("fieldPath", field);
    event.put("type", type).put("reason", reason).put("message", message).put("count", 1);
    event.put("firstTimestamp", store.timestamp()).put("lastTimestamp", store.timestamp());
    event.putNull("eventTime").put("reportingComponent", component).put("reportingInstance", host);
    event.putObject("source").put("component", component);
    if (!host.isEmpty()) Json.put(event, "source.host", host);
    try {
      var made = store.create(Resources.EVENTS, event);
      told.put(same, Json.text(made, "metadata.name"));
    } catch (StatusException taken) {
      // another event took the name: what was to be told is told by the next one
    }
  }
}
