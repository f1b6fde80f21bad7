package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.store.Listing;
import runbook.sandbox.store.Selector;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Requests that change nothing: get, list, watch. */
final class Reads {
  private final Store store;

  Reads(Store store) {
    this.store = store;
  }

  void answer(Target target, Request request, Response response)
      throws IOException, InterruptedException {
    boolean watching = request.flag("watch");
    if (target.name().isEmpty() && watching) {
      new WatchStream(store, target, wanted(target, request), request).send(response);
    } else if (target.name().isEmpty()) {
      Answers.send(response, 200, list(target, request));
    } else if (watching) {
      var name = "metadata.name=" + target.name().get();
      new WatchStream(store, target, Selector.fields(target.resource(), name), request)
          .send(response);
    } else {
      var object = get(target);
      Answers.send(
          response,
          200,
          Tables.isWanted(request)
              ? Tables.table(store, target.resource(), List.of(object), request)
              : object);
    }
  }

  private ObjectNode get(Target target) {
    var name = target.name().orElseThrow();
    return store
        .get(target.resource(), target.space(), name)
        .orElseThrow(() -> StatusException.notFound(target.resource(), name));
  }

  static Predicate<ObjectNode> wanted(Target target, Request request) {
    Predicate<ObjectNode> labels =
        request.parameter("labelSelector").map(Selector::labels).orElse(_ -> true);
    return request
        .parameter("fieldSelector")
        .map(f -> Selector.fields(target.resource(), f))
        .map(labels::and)
        .orElse(labels);
  }

  private ObjectNode list(Target target, Request request) {
    var all = store.list(target.resource(), target.namespace(), wanted(target, request));
    var page = Page.of(all, request);
    var metadata = Json.object().put("resourceVersion", Long.toString(all.version()));
    page.next().ifPresent(n -> metadata.put("continue", n).put("remainingItemCount", page.left()));
    if (Tables.isWanted(request)) {
      var table = Tables.table(store, target.resource(), page.items(), request);
      table.set("metadata", metadata);
      return table;
    }
    var list = Json.object();
    list.put("kind", target.resource().kind() + "List");
    list.put("apiVersion", target.resource().apiVersion());
    list.set("metadata", metadata);
    var items = list.putArray("items");
    for (var item : page.items()) {
      // within a list they do not say what they are
      item.remove(List.of("kind", "apiVersion"));
      items.add(item);
    }
    return list;
  }

  /**
   * A part of a list. Its mark is where the next one begins; what changes between two pages is seen
   * in the later one, which a real server does not do.
   */
  private record Page(List<ObjectNode> items, Optional<String> next, int left) {
    static Page of(Listing all, Request request) {
      var items = all.items();
      var from = request.parameter("continue").filter(c -> !c.isEmpty()).map(Page::read);
      if (from.isPresent())
        items = items.stream().filter(o -> key(o).compareTo(from.get()) > 0).toList();
      int limit = request.parameter("limit").flatMap(Page::number).orElse(0);
      if (limit <= 0 || items.size() <= limit) return new Page(items, Optional.empty(), 0);
      var page = items.subList(0, limit);
      var mark =
          Base64.getUrlEncoder()
              .encodeToString(key(page.getLast()).getBytes(StandardCharsets.UTF_8));
      return new Page(page, Optional.of(mark), items.size() - limit);
    }

    private static Optional<Integer> number(String text) {
      if (!text.matches("[0-9]{1,9}"))
        throw StatusException.badRequest(
            "strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
      return Optional.of(Integer.parseInt(text));
    }

    private static String read(String mark) {
      try {
        return new String(Base64.getUrlDecoder().decode(mark), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw StatusException.badRequest("continue key is not valid: " + e.getMessage());
      }
    }

    private static String key(ObjectNode object) {
      return Json.text(object, "metadata.namespace") + "/" + Json.text(object, "metadata.name");
    }
  }
}
