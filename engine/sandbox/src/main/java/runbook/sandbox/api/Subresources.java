package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** What is below an object: {@code status}, {@code scale}, {@code log}, {@code exec} and others. */
final class Subresources {
  private final Store store;
  private final Kubelet kubelet;
  private final Writes writes;

  Subresources(Store store, Kubelet kubelet, Writes writes) {
    this.store = store;
    this.kubelet = kubelet;
    this.writes = writes;
  }

  void answer(Target target, Request request, Response response)
      throws IOException, InterruptedException {
    var name = target.name().orElseThrow();
    var object =
        store
            .get(target.resource(), target.space(), name)
            .orElseThrow(() -> StatusException.notFound(target.resource(), name));
    switch (target.subresource().orElseThrow()) {
      case "status", "finalize" -> status(target, request, response, object);
      case "scale" -> scale(target, request, response, object);
      case "log" -> log(target, request, response);
      case "exec" -> new ExecStream(kubelet).serve(target, request, response);
      case "portforward" -> new ForwardStream(kubelet).serve(target, request, response);
      case "eviction" -> {
        var how = Deletion.USUAL;
        if (!Options.isDry(request)) store.delete(target.resource(), target.space(), name, how);
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        Answers.send(response, 201, status.put("status", "Success"));
      }
      case "binding" -> {
        var node = Json.text(Answers.object(request), "target.name");
        store.modify(
            target.resource(),
            target.space(),
            name,
            p -> {
              Json.put(p, "spec.nodeName", node);
              return p;
            });
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        Answers.send(response, 201, status.put("status", "Success").put("code", 201));
      }
      default ->
          throw StatusException.plain(
              404, "NotFound", "the server could not find the requested resource");
    }
  }

  private void status(Target target, Request request, Response response, ObjectNode object)
      throws IOException {
    switch (request.method()) {
      case "GET" -> Answers.send(response, 200, object);
      case "PUT" -> {
        var given = Answers.object(request);
        Answers.send(response, 200, writes.changeStatus(target, request, _ -> given));
      }
      case "PATCH" -> {
        var type = Answers.type(request);
        var patch = Answers.body(request);
        Answers.send(
            response,
            200,
            writes.changeStatus(
                target, request, live -> Writes.patched(target.resource(), live, type, patch)));
      }
      default -> throw notAllowed();
    }
  }

  private static StatusException notAllowed() {
    return StatusException.plain(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }

  /** The number of replicas alone, whatever the kind (autoscaling/v1). */
  private void scale(Target target, Request request, Response response, ObjectNode object)
      throws IOException {
    switch (request.method()) {
      case "GET" -> Answers.send(response, 200, scaleOf(object));
      case "PUT" -> {
        var given = Answers.object(request);
        scaled(target, request, response, _ -> given);
      }
      case "PATCH" -> {
        var type = Answers.type(request);
        var patch = Answers.body(request);
        scaled(
            target,
            request,
            response,
            live -> Writes.patched(target.resource(), scaleOf(live), type, patch));
      }
      default -> throw notAllowed();
    }
  }

  private void scaled(
      Target target,
      Request request,
      Response response,
      java.util.function.UnaryOperator<ObjectNode> to)
      throws IOException {
    var changed =
        writes.change(
            target,
            request,
            live -> {
              var scale = to.apply(live);
              var version = Json.text(scale, "metadata.resourceVersion");
              if (!version.isEmpty()
                  && !version.equals(Json.text(live, "metadata.resourceVersion")))
                throw StatusException.stale(target.resource(), target.name().orElseThrow());
              Json.put(live, "spec.replicas", Json.number(scale, "spec.replicas").orElse(0L));
              return live;
            });
    Answers.send(response, 200, scaleOf(changed));
  }

  private static ObjectNode scaleOf(ObjectNode object) {
    var scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
    var metadata = scale.putObject("metadata");
    for (var key :
        new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"})
      metadata.set(key, object.path("metadata").path(key));
    Json.put(scale, "spec.replicas", Json.number(object, "spec.replicas").orElse(0L));
    Json.put(scale, "status.replicas", Json.number(object, "status.replicas").orElse(0L));
    Json.put(scale, "status.selector", selector(object.at("/spec/selector")));
    return scale;
  }

  private static String selector(JsonNode selector) {
    return Json.entries(selector, "matchLabels")
        .map(e -> e.getKey() + "=" + e.getValue().asText())
        .collect(Collectors.joining(","));
  }

  private void log(Target target, Request request, Response response) throws IOException {
    var options =
        new Kubelet.LogOptions(
            request.parameter("container").filter(c -> !c.isEmpty()),
            request.flag("follow"),
            request.flag("previous"),
            request.flag("timestamps"),
            whole(request, "tailLines"),
            whole(request, "limitBytes"),
            since(request));
    try (var log = kubelet.log(target.space(), target.name().orElseThrow(), options)) {
      response.headers().set("Content-Type", "text/plain");
      var out = response.body();
      out.flush();
      var piece = new byte[32 * 1024];
      for (int n; (n = log.read(piece)) >= 0; ) {
        out.write(piece, 0, n);
        out.flush();
      }
    }
  }

  private static Optional<Long> whole(Request request, String name) {
    var value = request.parameter(name).filter(v -> !v.isEmpty());
    if (value.filter(v -> !v.matches("[0-9]{1,15}")).isPresent())
      throw StatusException.badRequest(
          "PodLogOptions \"\" is invalid: " + name + ": Invalid value: " + value.get());
    return value.map(Long::parseLong);
  }

  private Optional<Instant> since(Request request) {
    return whole(request, "sinceSeconds")
        .map(s -> store.now().minusSeconds(s))
        .or(() -> request.parameter("sinceTime").filter(t -> !t.isEmpty()).map(Instant::parse));
  }
}
