package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Store;

/** Makes the claims of volumes that a pod brings along, which go with it. */
final class EphemeralClaims extends Controller {
  EphemeralClaims(Store store) {
    super(store, "ephemeral_volume");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.PODS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    return change.type() == Change.Type.DELETED
            || Json.items(change.object(), "spec.volumes").noneMatch(v -> v.has("ephemeral"))
        ? Stream.empty()
        : Stream.of(Key.of(change.object()));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var pod = key.in(store, Resources.PODS);
    if (pod.isEmpty() || Objects.isGoing(pod.get())) return Optional.empty();
    for (var volume : Json.items(pod.get(), "spec.volumes").toList())
      if (volume.has("ephemeral")) claim(pod.get(), volume);
    return Optional.empty();
  }

  private void claim(ObjectNode pod, JsonNode volume) {
    var name = Pods.claimOf(pod, volume);
    if (store.get(Resources.CLAIMS, Objects.namespace(pod), name).isPresent()) return;
    var template = volume.at("/ephemeral/volumeClaimTemplate");
    var claim = Json.object();
    Json.put(claim, "metadata.name", name);
    Json.put(claim, "metadata.namespace", Objects.namespace(pod));
    for (var key : new String[] {"labels", "annotations"})
      Json.at(template, "metadata." + key)
          .ifPresent(v -> Json.put(claim, "metadata." + key, v.deepCopy()));
    Json.within(claim, "metadata").putArray("ownerReferences").add(Objects.reference(pod));
    Objects.addFinalizer(claim, "kubernetes.io/pvc-protection");
    claim.set("spec", template.path("spec").deepCopy());
    if (!claim.path("spec").has("volumeMode")) Json.put(claim, "spec.volumeMode", "Filesystem");
    Json.put(claim, "status.phase", "Pending");
    store.create(Resources.CLAIMS, claim);
  }
}
