package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Deletes what belonged to something that is gone, or lets go of it, as the deletion said. */
final class Garbage extends Controller {
  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";

  /** What owns something, or did, by its identity; keys of this controller are identities. */
  private final Map<String, Owner> owners = new ConcurrentHashMap<>();

  private record Owner(Resource resource, Key key) {}

  Garbage(Store store) {
    super(store, "garbage-collector-controller");
  }

  @Override
  List<Resource> watched() {
    return kinds().toList();
  }

  private static Stream<Resource> kinds() {
    return Resources.all().stream()
        .filter(r -> r.verbs().contains("watch") && !r.equals(Resources.EVENTS));
  }

  @Override
  Stream<Key> concerned(Change change) {
    var object = change.object();
    var own = new Key("", Objects.uid(object));
    boolean ends =
        change.type() == Change.Type.DELETED
            || Objects.hasFinalizer(object, FOREGROUND)
            || Objects.hasFinalizer(object, ORPHAN);
    if (ends) owners.put(own.name(), new Owner(change.resource(), Key.of(object)));
    // an owner may have gone before what it owns was made, or wait for its end
    var above =
        Json.items(object, "metadata.ownerReferences")
            .map(r -> r.path("uid").asText())
            .filter(owners::containsKey)
            .map(uid -> new Key("", uid));
    return ends ? Stream.concat(Stream.of(own), above) : above;
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var owner = owners.get(key.name());
    if (owner == null) return Optional.empty();
    var live = owner.key.in(store, owner.resource).filter(o -> Objects.uid(o).equals(key.name()));
    var owned = owned(key.name());
    if (live.isPresent() && Objects.hasFinalizer(live.get(), ORPHAN)) {
      owned.forEach((o, resource) -> release(resource, o, key.name()));
      without(owner, ORPHAN);
    } else if (live.isEmpty() || Objects.hasFinalizer(live.get(), FOREGROUND)) {
      owned.forEach((o, resource) -> delete(resource, o, key.name(), live.isPresent()));
      if (live.isPresent() && owned.isEmpty()) without(owner, FOREGROUND);
    }
    return Optional.empty();
  }

  private Map<ObjectNode, Resource> owned(String uid) {
    var all = new java.util.IdentityHashMap<ObjectNode, Resource>();
    kinds()
        .forEach(r ->
            store
                .list(r, Optional.empty(), o -> references(o).anyMatch(uid::equals))
                .items()
                .forEach(o -> all.put(o, r)));
    return all;
  }

  private static Stream<String> references(ObjectNode object) {
    return Json.items(object, "metadata.ownerReferences").map(r -> r.path("uid").asText());
  }

  /** What another owner still holds only loses this one. */
  private void delete(Resource resource, ObjectNode object, String uid, boolean foreground) {
    if (references(object).anyMatch(u -> !u.equals(uid) && !owners.containsKey(u))) {
      release(resource, object, uid);
      return;
    }
    if (Objects.isGoing(object)) return;
    var how =
        new Deletion(
            Optional.empty(),
            foreground ? Deletion.Propagation.FOREGROUND : Deletion.Propagation.BACKGROUND,
            Optional.of(Objects.uid(object)),
            Optional.empty());
    // only what owns something itself has to wait for it
    var plain = resource.equals(Resources.PODS) ? Deletion.USUAL : how;
    try {
      store.delete(resource, Objects.namespace(object), Objects.name(object), plain);
    } catch (StatusException gone) {
      // by somebody else
    }
  }

  private void release(Resource resource, ObjectNode object, String uid) {
    store.modify(
        resource,
        Objects.namespace(object),
        Objects.name(object),
        o -> {
          var left =
              Json.items(o, "metadata.ownerReferences")
                  .filter(r -> !r.path("uid").asText().equals(uid))
                  .toList();
          if (left.isEmpty()) Json.remove(o, "metadata.ownerReferences");
          else Json.put(o, "metadata.ownerReferences", Json.array().addAll(left));
          return o;
        });
  }

  private void without(Owner owner, String finalizer) {
    store.modify(
        owner.resource,
        owner.key.namespace(),
        owner.key.name(),
        o -> Objects.withoutFinalizer(o, finalizer));
  }
}
