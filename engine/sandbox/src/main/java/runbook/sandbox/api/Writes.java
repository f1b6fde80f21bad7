package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.patch.FieldManager;
import runbook.sandbox.patch.Patches;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Requests that change objects. */
final class Writes {
  private final Store store;
  private final Defaults defaults;
  private final Deletes deletes;

  Writes(Store store) {
    this.store = store;
    this.defaults = new Defaults(store);
    this.deletes = new Deletes(store);
  }

  void answer(Target target, Request request, Response response) throws IOException {
    boolean one = target.name().isPresent();
    switch (request.method()) {
      case "POST" -> {
        if (one) throw notAllowed();
        var given = Answers.object(request);
        new UnknownFields(target.resource()).check(given, request, response);
        Answers.send(response, 201, create(target, request, given));
      }
      case "PUT" -> {
        if (!one) throw notAllowed();
        var given = Answers.object(request);
        new UnknownFields(target.resource()).check(given, request, response);
        named(target, given);
        Answers.send(response, 200, change(target, request, live -> replaced(target, live, given)));
      }
      case "PATCH" -> {
        if (!one) throw notAllowed();
        patch(target, request, response);
      }
      default -> {
        if (one) deletes.one(target, request, response);
        else deletes.all(target, request, response);
      }
    }
  }

  private static StatusException notAllowed() {
    return StatusException.plain(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }

  ObjectNode create(Target target, Request request, ObjectNode given) {
    return create(target, given, Options.manager(request), Options.isDry(request));
  }

  ObjectNode create(Target target, ObjectNode given, String manager, boolean dry) {
    var resource = target.resource();
    var object = given.deepCopy();
    is(resource, object);
    namespace(target, object);
    Json.remove(object, "metadata.managedFields");
    Json.remove(object, "metadata.uid");
    if (resource.subresources().contains("status")) object.remove("status");
    defaults.of(resource, object, Optional.empty());
    Validation.check(resource, object, Optional.empty());
    var managed =
        FieldManager.updated(
            resource, Optional.empty(), object, manager, Optional.empty(), store.now());
    return dry ? pretended(resource, managed) : store.create(resource, managed);
  }

  /** What would be made, without the identity that it would have. */
  private ObjectNode pretended(Resource resource, ObjectNode object) {
    var metadata = Json.within(object, "metadata");
    var name = metadata.path("name").asText();
    if (name.isEmpty())
      metadata.put("name", Store.generated(metadata.path("generateName").asText()));
    else if (store.get(resource, metadata.path("namespace").asText(), name).isPresent())
      throw StatusException.alreadyExists(resource, name);
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", store.timestamp());
    return object;
  }

  private static void is(Resource resource, ObjectNode object) {
    var kind = Json.text(object, "kind");
    var version = Json.text(object, "apiVersion");
    if (!kind.isEmpty() && !kind.equals(resource.kind())
        || !version.isEmpty() && !version.equals(resource.apiVersion()))
      throw StatusException.badRequest(
          "%s in version \"%s\" cannot be handled as a %s: no kind \"%s\" is registered for version \"%s\""
              .formatted(kind, version, resource.kind(), kind, version));
    object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
  }

  /** Puts it into the namespace of the path, which has to be there. */
  private void namespace(Target target, ObjectNode object) {
    var metadata = Json.within(object, "metadata");
    if (!target.resource().namespaced()) {
      metadata.remove("namespace");
      return;
    }
    var space =
        target
            .namespace()
            .orElseThrow(() ->
                StatusException.badRequest("an empty namespace may not be set during creation"));
    var own = metadata.path("namespace").asText();
    if (!own.isEmpty() && !own.equals(space))
      throw StatusException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    metadata.put("namespace", space);
    var found =
        store
            .get(Resources.NAMESPACES, "", space)
            .orElseThrow(() -> StatusException.notFound(Resources.NAMESPACES, space));
    if (found.at("/metadata").has("deletionTimestamp"))
      throw StatusException.forbidden(
          target.resource(),
          metadata.path("name").asText(),
          "unable to create new content in namespace " + space + " because it is being terminated");
  }

  private static void named(Target target, ObjectNode given) {
    is(target.resource(), given);
    var name = Json.text(given, "metadata.name");
    if (!name.equals(target.name().orElseThrow()))
      throw StatusException.badRequest(
          "the name of the object (%s) does not match the name on the URL (%s)"
              .formatted(name, target.name().get()));
    target.namespace().ifPresent(n -> Json.put(given, "metadata.namespace", n));
  }

  private ObjectNode replaced(Target target, ObjectNode live, ObjectNode given) {
    var version = Json.text(given, "metadata.resourceVersion");
    if (!version.isEmpty() && !version.equals(Json.text(live, "metadata.resourceVersion")))
      throw StatusException.stale(target.resource(), target.name().orElseThrow());
    var next = given.deepCopy();
    // who does not speak of owners, does not change them
    if (!next.path("metadata").has("managedFields") && live.path("metadata").has("managedFields"))
      Json.put(next, "metadata.managedFields", live.path("metadata").path("managedFields"));
    return next;
  }

  /** Changes an object as a client asked for it: with defaults, checks, and owners of fields. */
  ObjectNode change(Target target, Request request, UnaryOperator<ObjectNode> to) {
    var resource = target.resource();
    var name = target.name().orElseThrow();
    UnaryOperator<ObjectNode> change =
        live -> {
          var next = to.apply(live.deepCopy());
          keepStatus(resource, live, next);
          defaults.of(resource, next, Optional.of(live));
          Validation.check(resource, next, Optional.of(live));
          return FieldManager.updated(
              resource,
              Optional.of(live),
              next,
              Options.manager(request),
              Optional.empty(),
              store.now());
        };
    return stored(target, request, name, change);
  }

  private ObjectNode stored(
      Target target, Request request, String name, UnaryOperator<ObjectNode> change) {
    var resource = target.resource();
    var result =
        Options.isDry(request)
            ? store.get(resource, target.space(), name).map(change)
            : store.modify(resource, target.space(), name, change);
    return result.orElseThrow(() -> StatusException.notFound(resource, name));
  }

  private static void keepStatus(Resource resource, ObjectNode live, ObjectNode next) {
    if (!resource.subresources().contains("status")) return;
    if (live.has("status")) next.set("status", live.get("status"));
    else next.remove("status");
  }

  /** Changes the status, and nothing else but labels, annotations and finalizers. */
  ObjectNode changeStatus(Target target, Request request, UnaryOperator<ObjectNode> to) {
    var resource = target.resource();
    UnaryOperator<ObjectNode> change =
        live -> {
          var asked = to.apply(live.deepCopy());
          var next = live.deepCopy();
          if (asked.has("status")) next.set("status", asked.get("status"));
          else next.remove("status");
          var managed = asked.path("metadata").path("managedFields");
          if (!managed.isMissingNode()) Json.put(next, "metadata.managedFields", managed);
          return FieldManager.updated(
              resource,
              Optional.of(live),
              next,
              Options.manager(request),
              Optional.of("status"),
              store.now());
        };
    return stored(target, request, target.name().orElseThrow(), change);
  }

  private void patch(Target target, Request request, Response response) throws IOException {
    var type = Answers.type(request);
    var patch = Answers.body(request);
    if (!type.equals("application/apply-patch+yaml")) {
      Answers.send(
          response,
          200,
          change(
              target,
              request,
              live -> {
                var next = patched(target.resource(), live, type, patch);
                new UnknownFields(target.resource()).check(next, request, response);
                return next;
              }));
      return;
    }
    var applied = apply(target, request, patch);
    Answers.send(response, applied.created ? 201 : 200, applied.object);
  }

  static ObjectNode patched(Resource resource, ObjectNode live, String type, JsonNode patch) {
    var next = Patches.patched(resource, live, type, patch);
    var version = Json.text(next, "metadata.resourceVersion");
    if (!version.equals(Json.text(live, "metadata.resourceVersion")))
      throw StatusException.stale(resource, Json.text(live, "metadata.name"));
    return next;
  }

  private record Applied(ObjectNode object, boolean created) {}

  private Applied apply(Target target, Request request, JsonNode patch) {
    if (!(patch instanceof ObjectNode wanted))
      throw StatusException.badRequest("the request body is no object");
    var manager =
        request
            .parameter("fieldManager")
            .orElseThrow(() ->
                StatusException.badRequest(
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is"
                        + " required for apply patch"));
    boolean force = request.flag("force");
    var resource = target.resource();
    var name = target.name().orElseThrow();
    var given = wanted.deepCopy();
    if (!given.path("metadata").path("managedFields").isEmpty())
      throw StatusException.badRequest("metadata.managedFields must be nil");
    Json.put(given, "metadata.name", name);
    is(resource, given);
    target.namespace().ifPresent(n -> Json.put(given, "metadata.namespace", n));
    new UnknownFields(resource).refuseApplied(given);
    if (store.get(resource, target.space(), name).isEmpty()) {
      namespace(target, given);
      var made =
          FieldManager.applied(
              resource, Optional.empty(), given, manager, force, Optional.empty(), store.now());
      defaults.of(resource, made, Optional.empty());
      Validation.check(resource, made, Optional.empty());
      return new Applied(
          Options.isDry(request) ? pretended(resource, made) : store.create(resource, made), true);
    }
    UnaryOperator<ObjectNode> change =
        live -> {
          var next =
              FieldManager.applied(
                  resource,
                  Optional.of(live),
                  given,
                  manager,
                  force,
                  Optional.empty(),
                  store.now());
          keepStatus(resource, live, next);
          defaults.of(resource, next, Optional.of(live));
          Validation.check(resource, next, Optional.of(live));
          return next;
        };
    return new Applied(stored(target, request, name, change), false);
  }
}
