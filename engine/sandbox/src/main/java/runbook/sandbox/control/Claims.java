package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.EventRecorder;
import runbook.sandbox.store.Selector;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Finds, or has made, a volume for each claim. */
final class Claims extends Controller {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Disks disks;
  private final EventRecorder provisioner;

  /** Claims for which a volume is being made. */
  private final Set<String> making = ConcurrentHashMap.newKeySet();

  Claims(Store store, Disks disks) {
    super(store, "persistentvolume-controller");
    this.disks = disks;
    this.provisioner = new EventRecorder(store, Storage.DRIVER);
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.CLAIMS, Resources.VOLUMES, Resources.STORAGE_CLASSES, Resources.PODS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    var object = change.object();
    if (change.resource().equals(Resources.CLAIMS)) return Stream.of(Key.of(object));
    if (change.resource().equals(Resources.PODS))
      return Pods.claims(object).map(c -> new Key(Objects.namespace(object), c));
    var own =
        Json.at(object, "spec.claimRef")
            .map(r -> new Key(r.path("namespace").asText(), r.path("name").asText()));
    return Stream.concat(own.stream(), pending());
  }

  private Stream<Key> pending() {
    return store
        .list(
            Resources.CLAIMS, Optional.empty(), c -> Json.text(c, "status.phase").equals("Pending"))
        .items()
        .stream()
        .map(Key::of);
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.CLAIMS);
    if (found.isEmpty() || Objects.isGoing(found.get())) return Optional.empty();
    var claim = found.get();
    var name = Json.text(claim, "spec.volumeName");
    switch (Json.text(claim, "status.phase")) {
      case "Bound" -> {
        var volume = store.get(Resources.VOLUMES, "", name);
        if (volume.filter(v -> Storage.isFor(v, claim)).isEmpty()) lost(claim);
        else grow(claim, volume.get());
      }
      case "Lost" -> {}
      default -> {
        if (!name.isEmpty()) asked(claim, name);
        else if (!found(claim) && provision(claim)) return Optional.of(AGAIN);
      }
    }
    return Optional.empty();
  }

  private void lost(ObjectNode claim) {
    change(claim, c -> Json.put(c, "status.phase", "Lost"));
    events.warning(
        claim,
        "ClaimLost",
        "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
  }

  /** It names the volume that it wants. */
  private void asked(ObjectNode claim, String name) {
    var volume = store.get(Resources.VOLUMES, "", name);
    if (volume.isEmpty()) return;
    var ref = volume.get().at("/spec/claimRef");
    if (ref.isMissingNode() || Storage.isFor(volume.get(), claim)) bind(claim, volume.get());
    else
      events.warning(
          claim, "FailedBinding", "volume \"" + name + "\" already bound to a different claim.");
  }

  /** Whether there is a volume that it can have. */
  private boolean found(ObjectNode claim) {
    var volumes = store.list(Resources.VOLUMES, Optional.empty(), v -> !Objects.isGoing(v)).items();
    var kept =
        volumes.stream()
            .filter(v -> Storage.isFor(v, claim))
            .findFirst()
            .or(() ->
                volumes.stream()
                    .filter(v -> fits(v, claim))
                    .min(Comparator.comparingLong(Storage::capacity)));
    kept.ifPresent(v -> bind(claim, v));
    return kept.isPresent();
  }

  private static boolean fits(ObjectNode volume, ObjectNode claim) {
    var modes = modes(volume);
    var selector = Selector.labels(claim.at("/spec/selector"));
    return Json.text(volume, "status.phase").equals("Available")
        && volume.at("/spec/claimRef").isMissingNode()
        && Json.text(volume, "spec.storageClassName")
            .equals(Json.text(claim, "spec.storageClassName"))
        && modes.containsAll(modes(claim))
        && Storage.capacity(volume)
            >= Storage.bytes(Json.text(claim, "spec.resources.requests.storage"))
        && selector.map(s -> s.test(volume)).orElse(true);
  }

  private static Set<String> modes(ObjectNode of) {
    return Json.items(of, "spec.accessModes").map(JsonNode::asText).collect(Collectors.toSet());
  }

  private void bind(ObjectNode claim, ObjectNode volume) {
    store.modify(
        Resources.VOLUMES,
        "",
        Objects.name(volume),
        v -> {
          if (!v.at("/spec/claimRef").isMissingNode() && !Storage.isFor(v, claim)) return v;
          Json.put(v, "spec.claimRef", Storage.reference(claim));
          return Storage.phase(v, "Bound", store.timestamp());
        });
    change(
        claim,
        c -> {
          if (Json.text(c, "spec.volumeName").isEmpty())
            Json.within(c, "metadata.annotations")
                .put("pv.kubernetes.io/bound-by-controller", "yes");
          Json.put(c, "spec.volumeName", Objects.name(volume));
          Json.within(c, "metadata.annotations").put("pv.kubernetes.io/bind-completed", "yes");
          Json.put(c, "status.phase", "Bound");
          Json.put(c, "status.accessModes", volume.at("/spec/accessModes"));
          Json.put(c, "status.capacity", volume.at("/spec/capacity"));
        });
  }

  private void change(ObjectNode claim, java.util.function.Consumer<ObjectNode> change) {
    store.modify(
        Resources.CLAIMS,
        Objects.namespace(claim),
        Objects.name(claim),
        c -> {
          if (!Objects.uid(c).equals(Objects.uid(claim))) return c;
          change.accept(c);
          return c;
        });
  }

  /** Whether one is being made, which may have to be tried again. */
  private boolean provision(ObjectNode claim) {
    var name = Json.text(claim, "spec.storageClassName");
    if (name.isEmpty()) {
      events.normal(
          claim,
          "FailedBinding",
          "no persistent volumes available for this claim and no storage class is set");
      return false;
    }
    var found = store.get(Resources.STORAGE_CLASSES, "", name);
    if (found.isEmpty()) {
      events.warning(
          claim, "ProvisioningFailed", "storageclass.storage.k8s.io \"" + name + "\" not found");
      return false;
    }
    if (!Json.text(found.get(), "provisioner").equals(Storage.DRIVER)) return false;
    if (Json.text(found.get(), "volumeBindingMode").equals("WaitForFirstConsumer")
        && claim
            .at("/metadata/annotations")
            .path("volume.kubernetes.io/selected-node")
            .isMissingNode()) {
      events.normal(
          claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
      return false;
    }
    change(
        claim,
        c -> {
          var annotations = Json.within(c, "metadata.annotations");
          annotations.put("volume.kubernetes.io/storage-provisioner", Storage.DRIVER);
          annotations.put("volume.beta.kubernetes.io/storage-provisioner", Storage.DRIVER);
        });
    events.normal(
        claim,
        "ExternalProvisioning",
        "Waiting for a volume to be created either by the external provisioner '"
            + Storage.DRIVER
            + "' or manually by the system administrator. If volume creation is delayed, please"
            + " verify that the provisioner is running and correctly registered.");
    if (making.add(Objects.uid(claim)))
      Thread.ofVirtual().name("provision").start(() -> make(claim, found.get()));
    return true;
  }

  /** Names come from the claim's identity, so a second try finds what a first one made. */
  private void make(ObjectNode claim, ObjectNode storageClass) {
    var suffix = Objects.uid(claim).replace("-", "").substring(0, 16);
    try {
      var disk = disks.create("pvc" + suffix, Storage.gib(claim), LIMIT);
      store.create(Resources.VOLUMES, Storage.volume(claim, storageClass, disk, "pvc-" + suffix));
      provisioner.normal(
          claim, "ProvisioningSucceeded", "Successfully provisioned volume pvc-" + suffix);
    } catch (Disks.DiskException e) {
      provisioner.warning(
          claim,
          "ProvisioningFailed",
          "failed to provision volume with StorageClass \""
              + Objects.name(storageClass)
              + "\": "
              + e.getMessage());
    } catch (StatusException there) {
      // a first try got that far
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      making.remove(Objects.uid(claim));
    }
  }

  /** A bound claim may ask for more later. */
  private void grow(ObjectNode claim, ObjectNode volume) {
    long wanted = Storage.bytes(Json.text(claim, "spec.resources.requests.storage"));
    var disk = Storage.disk(volume);
    if (disk.isEmpty() || wanted <= Storage.capacity(volume)) return;
    try {
      disks.resize(disk.get(), Storage.gib(claim));
      var size = Storage.gib(claim) + "Gi";
      store.modify(
          Resources.VOLUMES,
          "",
          Objects.name(volume),
          v -> {
            Json.put(v, "spec.capacity.storage", size);
            return v;
          });
      change(claim, c -> Json.put(c, "status.capacity.storage", size));
    } catch (Disks.DiskException e) {
      events.warning(claim, "VolumeResizeFailed", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
