package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Gives each namespace what every one has, and empties those that go. */
final class Namespaces extends Controller {
  private static final Duration AGAIN = Duration.ofMillis(300);

  private final String authority;

  /**
   * @param authority the certificate that pods may trust, as PEM
   */
  Namespaces(Store store, String authority) {
    super(store, "namespace-controller");
    this.authority = authority;
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.NAMESPACES);
  }

  @Override
  Stream<Key> concerned(Change change) {
    return Stream.of(Key.of(change.object()));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.NAMESPACES);
    if (found.isEmpty()) return Optional.empty();
    if (Objects.isGoing(found.get())) return empty(key.name());
    furnish(Resources.SERVICE_ACCOUNTS, key.name(), "default", Json.object());
    furnish(
        Resources.CONFIG_MAPS,
        key.name(),
        "kube-root-ca.crt",
        Json.of(Map.of("data", Map.of("ca.crt", authority))));
    return Optional.empty();
  }

  private void furnish(Resource resource, String namespace, String name, ObjectNode object) {
    if (store.get(resource, namespace, name).isPresent()) return;
    Json.put(object, "metadata.name", name);
    Json.put(object, "metadata.namespace", namespace);
    store.create(resource, object);
  }

  /** Everything in it goes first. */
  private Optional<Duration> empty(String namespace) {
    boolean left = false;
    for (var resource : Resources.all()) {
      if (!resource.namespaced() || !resource.verbs().contains("deletecollection")) continue;
      for (var object : store.list(resource, Optional.of(namespace), _ -> true).items()) {
        left = true;
        if (Objects.isGoing(object)) continue;
        try {
          store.delete(resource, namespace, Objects.name(object), Deletion.USUAL);
        } catch (StatusException gone) {
          // by somebody else
        }
      }
    }
    if (left) return Optional.of(AGAIN);
    store.modify(
        Resources.NAMESPACES,
        "",
        namespace,
        n -> {
          Json.remove(n, "spec.finalizers");
          return n;
        });
    return Optional.empty();
  }
}
