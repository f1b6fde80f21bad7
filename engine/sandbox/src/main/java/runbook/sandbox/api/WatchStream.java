package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Sends changes as they come: a line each, or a message each over a WebSocket. */
final class WatchStream {
  private static final Duration BOOKMARK = Duration.ofSeconds(30);
  private static final Duration BEAT = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final Store store;
  private final Target target;
  private final Predicate<ObjectNode> wanted;
  private final Request request;
  private final boolean bookmarks;
  private long version;

  WatchStream(Store store, Target target, Predicate<ObjectNode> wanted, Request request) {
    this.store = store;
    this.target = target;
    this.wanted = wanted;
    this.request = request;
    this.bookmarks = request.flag("allowWatchBookmarks");
  }

  /** Where events go. */
  private interface Sink {
    void send(ObjectNode event) throws IOException;
  }

  void send(Response response) throws IOException, InterruptedException {
    var asked = request.parameter("resourceVersion").orElse("");
    boolean initial =
        request.flag("sendInitialEvents")
            || request.parameter("sendInitialEvents").isEmpty()
                && (asked.isEmpty() || asked.equals("0"));
    var listed = store.list(target.resource(), target.namespace(), wanted);
    version = asked.matches("[1-9][0-9]*") && !initial ? Long.parseLong(asked) : listed.version();
    try (var watch = store.watch(target.resource(), target.namespace(), version)) {
      var sink = sink(response);
      if (initial) {
        for (var object : listed.items()) sink.send(event("ADDED", object));
        if (request.flag("sendInitialEvents") && bookmarks) sink.send(bookmark(true));
      }
      long end = System.nanoTime() + limit().toNanos();
      long next = System.nanoTime() + BOOKMARK.toNanos();
      while (System.nanoTime() < end && !watch.hasEnded()) {
        var change = watch.next(BEAT);
        if (change.isPresent()) {
          version = change.get().version();
          var event = seen(change.get());
          if (event.isPresent()) sink.send(event.get());
        } else if (bookmarks && System.nanoTime() > next) {
          sink.send(bookmark(false));
          next = System.nanoTime() + BOOKMARK.toNanos();
        }
      }
    } catch (StatusException e) {
      if (!response.isBegun() && e.code() != 410) throw e;
      sink(response).send(Json.object().put("type", "ERROR").<ObjectNode>set("object", e.status()));
    }
  }

  private Duration limit() {
    return request
        .parameter("timeoutSeconds")
        .filter(t -> t.matches("[0-9]{1,6}"))
        .map(t -> Duration.ofSeconds(Long.parseLong(t)))
        .filter(d -> d.compareTo(LONGEST) < 0)
        .orElse(LONGEST);
  }

  private Sink sink(Response response) throws IOException {
    if (request.isWebSocket()) {
      var socket = response.webSocket(Optional.empty());
      return event -> socket.sendText(event.toString());
    }
    response.headers().set("Content-Type", Answers.JSON);
    OutputStream out = response.body();
    out.flush();
    return event -> {
      var line = new ByteArrayOutputStream();
      line.write(Json.bytes(event));
      line.write('\n');
      out.write(line.toByteArray());
      out.flush();
    };
  }

  /** What a change is to one who sees some objects only. */
  private Optional<ObjectNode> seen(Change change) {
    boolean was = change.before().filter(wanted).isPresent();
    boolean is = change.type() != Change.Type.DELETED && wanted.test(change.object());
    if (was && is) return Optional.of(event("MODIFIED", change.object()));
    if (is) return Optional.of(event("ADDED", change.object()));
    if (!was) return Optional.empty();
    return Optional.of(event("DELETED", change.object()));
  }

  private ObjectNode event(String type, ObjectNode object) {
    var shown =
        Tables.isWanted(request)
            ? Tables.table(store, target.resource(), List.of(object), request)
            : object;
    return Json.object().put("type", type).set("object", shown);
  }

  private ObjectNode bookmark(boolean initialEnded) {
    var object = Json.object();
    object.put("kind", target.resource().kind()).put("apiVersion", target.resource().apiVersion());
    Json.put(object, "metadata.resourceVersion", Long.toString(version));
    if (initialEnded)
      Json.within(object, "metadata.annotations").put("k8s.io/initial-events-end", "true");
    return event("BOOKMARK", object);
  }
}
