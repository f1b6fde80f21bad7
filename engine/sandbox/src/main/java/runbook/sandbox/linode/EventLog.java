package runbook.sandbox.linode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.json.Json;

/** What was done to volumes, as {@code GET /account/events} tells it. */
final class EventLog {
  private final String username;
  private final List<Entry> entries = new ArrayList<>();

  EventLog(String username) {
    this.username = username;
  }

  private record Entry(
      long id, String action, Volume volume, Instant created, String status, Duration duration) {
    ObjectNode json(String username) {
      boolean over = !status.equals("started");
      var json = Json.object().put("id", id).put("action", action).put("status", status);
      json.put("created", Volume.time(created)).put("duration", duration.toMillis() / 1000.0);
      json.put("percent_complete", over ? 100 : 0).put("username", username);
      json.put("seen", false).put("read", false).putNull("message").putNull("time_remaining");
      // the entity of a clone is not documented; here it is the new volume
      json.putObject("entity")
          .put("id", volume.id())
          .put("label", volume.label())
          .put("type", "volume")
          .put("url", "/v4/volumes/" + volume.id());
      return json;
    }
  }

  /** Something that is done already. */
  synchronized void done(String action, Volume volume, Instant now) {
    var id = began(action, volume, now);
    ended(id, "finished", Duration.ZERO);
  }

  /** Something that takes its time; what is returned is for {@link #ended}. */
  synchronized long began(String action, Volume volume, Instant now) {
    long id = entries.size() + 1_000_001L;
    entries.add(new Entry(id, action, volume, now, "started", Duration.ZERO));
    return id;
  }

  /**
   * @param status {@code finished} or {@code failed}
   */
  synchronized void ended(long id, String status, Duration took) {
    entries.replaceAll(
        e -> e.id == id ? new Entry(id, e.action, e.volume, e.created, status, took) : e);
  }

  /** The newest first. */
  synchronized List<JsonNode> newestFirst() {
    return entries.reversed().stream().map(e -> (JsonNode) e.json(username)).toList();
  }

  synchronized Optional<JsonNode> find(long id) {
    return entries.stream().filter(e -> e.id == id).findFirst().map(e -> e.json(username));
  }
}
