package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Requests that delete. */
final class Deletes {
  private final Store store;

  Deletes(Store store) {
    this.store = store;
  }

  private static Deletion deletion(Request request) throws IOException {
    var body = Answers.body(request);
    var grace =
        Json.number(body, "gracePeriodSeconds")
            .or(() -> request.parameter("gracePeriodSeconds").map(Long::parseLong));
    var propagation =
        Optional.of(Json.text(body, "propagationPolicy"))
            .filter(p -> !p.isEmpty())
            .or(() -> request.parameter("propagationPolicy"));
    return new Deletion(
        grace,
        switch (propagation.orElse("Background")) {
          case "Foreground" -> Deletion.Propagation.FOREGROUND;
          case "Orphan" -> Deletion.Propagation.ORPHAN;
          default -> Deletion.Propagation.BACKGROUND;
        },
        Optional.of(Json.text(body, "preconditions.uid")).filter(u -> !u.isEmpty()),
        Optional.of(Json.text(body, "preconditions.resourceVersion")).filter(v -> !v.isEmpty()));
  }

  void one(Target target, Request request, Response response) throws IOException {
    var how = deletion(request);
    var resource = target.resource();
    var name = target.name().orElseThrow();
    var before =
        store
            .get(resource, target.space(), name)
            .orElseThrow(() -> StatusException.notFound(resource, name));
    var going =
        Options.isDry(request)
            ? Optional.<ObjectNode>empty()
            : store.delete(resource, target.space(), name, how);
    if (going.isPresent()) {
      Answers.send(response, 200, going.get());
      return;
    }
    // a pod is answered with itself, most others with what was done
    var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    var details = status.put("status", "Success").putObject("details").put("name", name);
    if (!resource.group().isEmpty()) details.put("group", resource.group());
    details.put("kind", resource.plural()).put("uid", Json.text(before, "metadata.uid"));
    Answers.send(response, 200, resource.equals(Resources.PODS) ? before : status);
  }

  void all(Target target, Request request, Response response) throws IOException {
    var how = deletion(request);
    var all =
        store.list(target.resource(), target.namespace(), Reads.wanted(target, request)).items();
    var list = Json.object().put("kind", target.resource().kind() + "List");
    list.put("apiVersion", target.resource().apiVersion()).putObject("metadata");
    list.putArray("items").addAll(List.copyOf(all));
    if (!Options.isDry(request))
      for (var object : all) {
        try {
          store.delete(
              target.resource(),
              Json.text(object, "metadata.namespace"),
              Json.text(object, "metadata.name"),
              how);
        } catch (StatusException e) {
          if (e.code() != 404) throw e;
        }
      }
    Answers.send(response, 200, list);
  }
}
