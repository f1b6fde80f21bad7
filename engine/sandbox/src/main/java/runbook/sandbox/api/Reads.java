package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.store.Selector;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Requests that change nothing: get, list, watch. */
final class Reads {
  private final Store store;
  private final Pages pages = new Pages();

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
    var wanted = wanted(target, request);
    var page = pages.page(() -> store.list(target.resource(), target.namespace(), wanted), request);
    var metadata = Json.object().put("resourceVersion", Long.toString(page.version()));
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
}
