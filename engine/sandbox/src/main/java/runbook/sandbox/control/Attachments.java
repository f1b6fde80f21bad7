package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;

/** Attaches the volumes of the pods on a node, and detaches what none of them needs (DOMAIN C5). */
final class Attachments extends Controller {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Disks disks;

  /** Attachments on which something is under way. */
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  Attachments(Store store, Disks disks) {
    super(store, "attachdetach-controller");
    this.disks = disks;
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.PODS, Resources.CLAIMS, Resources.VOLUMES, Resources.ATTACHMENTS);
  }

  /** Volumes by their names. */
  @Override
  Stream<Key> concerned(Change change) {
    var object = change.object();
    if (change.resource().equals(Resources.VOLUMES)) return Stream.of(Key.of(object));
    if (change.resource().equals(Resources.ATTACHMENTS))
      return Stream.of(new Key("", Json.text(object, "spec.source.persistentVolumeName")));
    var names =
        change.resource().equals(Resources.CLAIMS)
            ? Stream.of(Objects.name(object))
            : Pods.claims(object);
    return names
        .flatMap(n -> store.get(Resources.CLAIMS, Objects.namespace(object), n).stream())
        .map(c -> Json.text(c, "spec.volumeName"))
        .filter(v -> !v.isEmpty())
        .map(v -> new Key("", v));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var volume = key.in(store, Resources.VOLUMES);
    var attachment = attachment(key.name());
    var user = volume.flatMap(this::user);
    if (attachment.isPresent()) {
      var a = attachment.get();
      if (Objects.isGoing(a)) return start(a, () -> detach(a, volume));
      if (user.isEmpty()) store.delete(Resources.ATTACHMENTS, "", Objects.name(a), Deletion.USUAL);
      else if (!a.at("/status/attached").asBoolean())
        return start(a, () -> attach(a, volume.orElseThrow(), user.get()));
    } else if (user.isPresent() && Storage.isOurs(volume.get())) {
      create(volume.get(), Json.text(user.get(), "spec.nodeName"));
    }
    return Optional.empty();
  }

  private Optional<ObjectNode> attachment(String volume) {
    return store
        .list(
            Resources.ATTACHMENTS,
            Optional.empty(),
            a -> Json.text(a, "spec.source.persistentVolumeName").equals(volume))
        .items()
        .stream()
        .findFirst();
  }

  /** A pod on a node that needs the volume: one whose containers have all ended does not. */
  private Optional<ObjectNode> user(ObjectNode volume) {
    var ref = volume.at("/spec/claimRef");
    return store
        .list(
            Resources.PODS,
            Optional.of(ref.path("namespace").asText()),
            p ->
                !Json.text(p, "spec.nodeName").isEmpty()
                    && !Pods.hasEnded(p)
                    && Pods.claims(p).anyMatch(ref.path("name").asText()::equals))
        .items()
        .stream()
        .findFirst();
  }

  private void create(ObjectNode volume, String node) {
    var attachment = Json.object();
    Json.put(attachment, "metadata.name", "csi-" + digest(volume, node));
    Objects.addFinalizer(attachment, Storage.ATTACHER);
    Json.put(attachment, "spec.attacher", Storage.DRIVER);
    Json.put(attachment, "spec.nodeName", node);
    Json.put(attachment, "spec.source.persistentVolumeName", Objects.name(volume));
    Json.put(attachment, "status.attached", false);
    store.create(Resources.ATTACHMENTS, attachment);
    store.modify(
        Resources.VOLUMES,
        "",
        Objects.name(volume),
        v -> {
          Objects.addFinalizer(v, Storage.ATTACHER);
          return v;
        });
  }

  private static String digest(ObjectNode volume, String node) {
    var text = Json.text(volume, "spec.csi.volumeHandle") + Storage.DRIVER + node;
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** It takes its time, and other volumes are not to wait for it. */
  private Optional<Duration> start(ObjectNode attachment, Runnable work) {
    var uid = Objects.uid(attachment);
    if (!busy.add(uid)) return Optional.of(AGAIN);
    Thread.ofVirtual()
        .name("attacher")
        .start(() -> {
          try {
            work.run();
          } finally {
            busy.remove(uid);
          }
        });
    return Optional.of(AGAIN);
  }

  private void attach(ObjectNode attachment, ObjectNode volume, ObjectNode pod) {
    try {
      disks.attach(Storage.disk(volume).orElseThrow(), LIMIT);
      store.modify(
          Resources.ATTACHMENTS,
          "",
          Objects.name(attachment),
          a -> {
            Json.put(a, "status.attached", true);
            Json.remove(a, "status.attachError");
            return a;
          });
      events.normal(
          pod,
          "SuccessfulAttachVolume",
          "AttachVolume.Attach succeeded for volume \"" + Objects.name(volume) + "\" ");
    } catch (Disks.DiskException e) {
      events.warning(
          pod,
          "FailedAttachVolume",
          "AttachVolume.Attach failed for volume \""
              + Objects.name(volume)
              + "\" : rpc error: code = Internal desc = "
              + e.getMessage());
      failed(attachment, "attachError", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void detach(ObjectNode attachment, Optional<ObjectNode> volume) {
    try {
      var disk = volume.flatMap(Storage::disk);
      if (disk.isPresent()) disks.detach(disk.get(), LIMIT);
      volume.ifPresent(v ->
          store.modify(
              Resources.VOLUMES,
              "",
              Objects.name(v),
              o -> Objects.withoutFinalizer(o, Storage.ATTACHER)));
      store.modify(
          Resources.ATTACHMENTS,
          "",
          Objects.name(attachment),
          a -> Objects.withoutFinalizer(a, Storage.ATTACHER));
    } catch (Disks.DiskException e) {
      failed(attachment, "detachError", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Said at the attachment; it is tried again. */
  private void failed(ObjectNode attachment, String field, String message) {
    store.modify(
        Resources.ATTACHMENTS,
        "",
        Objects.name(attachment),
        a -> {
          Json.put(a, "status." + field + ".message", message);
          return a;
        });
  }
}
