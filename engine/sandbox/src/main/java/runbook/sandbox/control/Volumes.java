package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;

/**
 * What becomes of volumes, and of claims that go: the protection finalizers, and the reclaim policy
 * (DOMAIN C1, C2).
 */
final class Volumes extends Controller {
  private static final String CLAIM_IN_USE = "kubernetes.io/pvc-protection";
  private static final String VOLUME_BOUND = "kubernetes.io/pv-protection";

  private final Disks disks;

  Volumes(Store store, Disks disks) {
    super(store, "persistentvolume-controller");
    this.disks = disks;
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.VOLUMES, Resources.CLAIMS, Resources.PODS, Resources.ATTACHMENTS);
  }

  /** Claims have a namespace, volumes have none. */
  @Override
  Stream<Key> concerned(Change change) {
    var object = change.object();
    if (change.resource().equals(Resources.VOLUMES)) return Stream.of(Key.of(object));
    if (change.resource().equals(Resources.PODS))
      return Pods.claims(object).map(c -> new Key(Objects.namespace(object), c));
    if (change.resource().equals(Resources.ATTACHMENTS))
      return Stream.of(new Key("", Json.text(object, "spec.source.persistentVolumeName")));
    var volume = Json.text(object, "spec.volumeName");
    return volume.isEmpty()
        ? Stream.of(Key.of(object))
        : Stream.of(Key.of(object), new Key("", volume));
  }

  @Override
  Optional<Duration> reconcile(Key key) throws InterruptedException {
    if (!key.namespace().isEmpty()) {
      key.in(store, Resources.CLAIMS).filter(Objects::isGoing).ifPresent(this::release);
      return Optional.empty();
    }
    var volume = key.in(store, Resources.VOLUMES);
    return volume.isPresent() ? ofVolume(volume.get()) : Optional.empty();
  }

  /** A claim goes when no pod that is on a node uses it. */
  private void release(ObjectNode claim) {
    boolean used =
        !store
            .list(
                Resources.PODS,
                Optional.of(Objects.namespace(claim)),
                p ->
                    !Json.text(p, "spec.nodeName").isEmpty()
                        && Pods.claims(p).anyMatch(Objects.name(claim)::equals))
            .items()
            .isEmpty();
    if (used) return;
    store.modify(
        Resources.CLAIMS,
        Objects.namespace(claim),
        Objects.name(claim),
        c -> Objects.withoutFinalizer(c, CLAIM_IN_USE));
  }

  private Optional<Duration> ofVolume(ObjectNode volume) throws InterruptedException {
    var ref = Json.at(volume, "spec.claimRef");
    var phase = Json.text(volume, "status.phase");
    if (ref.isEmpty() || Json.text(ref.get(), "uid").isEmpty()) {
      if (!phase.equals("Bound")) to(volume, "Available");
    } else if (claim(volume).isEmpty()) {
      to(volume, "Released");
      if (Json.text(volume, "spec.persistentVolumeReclaimPolicy").equals("Delete"))
        return reclaim(volume);
    }
    if (Objects.isGoing(volume) && !Json.text(volume, "status.phase").equals("Bound")) {
      // deleting the object keeps the disk, unless the policy says otherwise (DOMAIN C2)
      without(volume, VOLUME_BOUND);
    }
    return Optional.empty();
  }

  private Optional<ObjectNode> claim(ObjectNode volume) {
    var ref = volume.at("/spec/claimRef");
    return store
        .get(Resources.CLAIMS, ref.path("namespace").asText(), ref.path("name").asText())
        .filter(c -> Objects.uid(c).equals(ref.path("uid").asText()));
  }

  private void to(ObjectNode volume, String phase) {
    store.modify(
        Resources.VOLUMES,
        "",
        Objects.name(volume),
        v -> Storage.phase(v, phase, store.timestamp()));
  }

  private void without(ObjectNode volume, String finalizer) {
    store.modify(
        Resources.VOLUMES, "", Objects.name(volume), v -> Objects.withoutFinalizer(v, finalizer));
  }

  /** The disk is destroyed, once it is not attached any more. */
  private Optional<Duration> reclaim(ObjectNode volume) throws InterruptedException {
    boolean attached =
        !store
            .list(
                Resources.ATTACHMENTS,
                Optional.empty(),
                a -> Json.text(a, "spec.source.persistentVolumeName").equals(Objects.name(volume)))
            .items()
            .isEmpty();
    if (attached) return Optional.empty();
    var disk = Storage.disk(volume);
    try {
      if (disk.isPresent()) disks.delete(disk.get());
    } catch (Disks.DiskException e) {
      events.warning(volume, "VolumeFailedDelete", e.getMessage());
      return Optional.of(Duration.ofSeconds(1));
    }
    store.delete(Resources.VOLUMES, "", Objects.name(volume), Deletion.USUAL);
    without(volume, Storage.PROVISIONER);
    without(volume, VOLUME_BOUND);
    return Optional.empty();
  }
}
