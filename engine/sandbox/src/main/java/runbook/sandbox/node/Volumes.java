package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.sandbox.box.BoxException;
import runbook.sandbox.box.Mount;
import runbook.sandbox.box.World;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** The volumes of one pod: made before its first container starts, gone after its last. */
final class Volumes {
  private final Store store;
  private final World world;
  private final Disks disks;
  private final String node;
  private final Path folder;
  private final Map<String, Volume> mounted = new HashMap<>();
  private final Map<String, Projection> projections = new HashMap<>();
  private final List<Path> memory = new ArrayList<>();

  /** Where a volume lies; {@code fixed} when nobody may write to it. */
  private record Volume(Path folder, boolean fixed) {}

  Volumes(Store store, World world, Disks disks, String node, Path folder) {
    this.store = store;
    this.world = world;
    this.disks = disks;
    this.node = node;
    this.folder = folder;
  }

  /**
   * Makes what is missing of the volumes that containers mount.
   *
   * @throws Fault with an event's reason and message, while one cannot be had
   */
  void mount(Downward downward, Ownership owner) throws Fault, IOException {
    JsonNode pod = downward.pod();
    Set<String> used =
        Stream.of("spec.initContainers", "spec.containers")
            .flatMap(path -> Json.items(pod, path))
            .flatMap(container -> Json.items(container, "volumeMounts"))
            .map(mount -> Json.text(mount, "name"))
            .collect(Collectors.toSet());
    for (JsonNode volume : Json.items(pod, "spec.volumes").toList()) {
      String name = Json.text(volume, "name");
      if (used.contains(name) && !mounted.containsKey(name)) {
        try {
          mounted.put(name, make(name, volume, downward, owner));
        } catch (Fault e) {
          String reason = e.reason().isEmpty() ? "FailedMount" : e.reason();
          throw new Fault(
              reason,
              reason.equals("FailedMount")
                  ? "MountVolume.SetUp failed for volume \"%s\" : %s"
                      .formatted(name, e.getMessage())
                  : e.getMessage());
        }
      }
    }
  }

  private Volume make(String name, JsonNode volume, Downward downward, Ownership owner)
      throws Fault, IOException {
    Path place = folder.resolve(name);
    if (Projection.is(volume)) {
      Projection projection = Projection.of(store, downward, volume);
      projection.write(place, Optional.empty(), owner);
      projections.put(name, projection);
      return new Volume(place, true);
    }
    if (volume.has("emptyDir")) {
      emptyDir(place, volume.get("emptyDir"), owner);
      return new Volume(place, false);
    }
    if (volume.has("persistentVolumeClaim")) {
      JsonNode reference = volume.get("persistentVolumeClaim");
      Path disk = claimed(downward, Json.text(reference, "claimName"));
      owner.take(world.seen(disk));
      return new Volume(disk, reference.path("readOnly").asBoolean());
    }
    if (volume.has("ephemeral")) {
      Path disk = claimed(downward, downward.field("metadata.name") + "-" + name);
      owner.take(world.seen(disk));
      return new Volume(disk, false);
    }
    if (volume.has("hostPath")) {
      Path path = ofNode(Json.text(volume, "hostPath.path"));
      Files.createDirectories(path);
      return new Volume(path, false);
    }
    throw new Fault("", "the sandbox has no volumes of this kind");
  }

  /** A path on the node's own disk, which is not this machine's. */
  private Path ofNode(String path) throws Fault {
    Path root = world.folder().resolve("node");
    Path place = root.resolve(path.replaceFirst("^/+", "")).normalize();
    if (!place.startsWith(root)) {
      throw new Fault("", "hostPath leads nowhere: " + path);
    }
    return place;
  }

  private void emptyDir(Path place, JsonNode emptyDir, Ownership owner) throws IOException {
    Files.createDirectories(place);
    Files.setAttribute(place, "unix:mode", 0777);
    if (Json.text(emptyDir, "medium").equals("Memory")) {
      String limit = Json.text(emptyDir, "sizeLimit");
      String options = "mode=1777" + (limit.isEmpty() ? "" : ",size=" + Quantity.bytes(limit));
      world.run("", "mount", "-t", "tmpfs", "-o", options, "tmpfs", place.toString());
      memory.add(place);
    } else {
      owner.take(place);
    }
  }

  private Path claimed(Downward downward, String claimName) throws Fault, IOException {
    Optional<ObjectNode> claim =
        store.get(Resources.CLAIMS, downward.field("metadata.namespace"), claimName);
    String volumeName = claim.map(c -> Json.text(c, "spec.volumeName")).orElse("");
    boolean bound = claim.filter(c -> Json.text(c, "status.phase").equals("Bound")).isPresent();
    Optional<ObjectNode> volume = store.get(Resources.VOLUMES, "", volumeName);
    if (!bound || volume.isEmpty()) {
      throw new Fault("Waiting", "claim %s is not bound".formatted(claimName));
    }
    String host = Json.text(volume.get(), "spec.hostPath.path");
    if (!host.isEmpty()) {
      Path path = ofNode(host);
      Files.createDirectories(path);
      return path;
    }
    if (!isAttached(volumeName)) {
      throw new Fault("Waiting", "volume %s is not attached".formatted(volumeName));
    }
    try {
      return disks.folder(Json.text(volume.get(), "spec.csi.volumeHandle"));
    } catch (IOException e) {
      throw new Fault("", String.valueOf(e.getMessage()));
    }
  }

  private boolean isAttached(String volumeName) {
    return store
        .list(
            Resources.ATTACHMENTS,
            Optional.empty(),
            a ->
                Json.text(a, "spec.source.persistentVolumeName").equals(volumeName)
                    && Json.text(a, "spec.nodeName").equals(node)
                    && a.path("status").path("attached").asBoolean()
                    && !a.path("metadata").has("deletionTimestamp"))
        .items()
        .stream()
        .findAny()
        .isPresent();
  }

  /** Brings files that are made of objects up to date; what cannot be had now stays as it was. */
  void refresh(Downward downward, Ownership owner) throws IOException {
    for (JsonNode volume : Json.items(downward.pod(), "spec.volumes").toList()) {
      String name = Json.text(volume, "name");
      Projection last = projections.get(name);
      if (last != null) {
        try {
          Projection next = Projection.of(store, downward, volume);
          next.write(folder.resolve(name), Optional.of(last), owner);
          projections.put(name, next);
        } catch (Fault e) {
          // as a kubelet, which tries again later
        }
      }
    }
  }

  /** What a container mounts, with a part of a volume made where it does not exist. */
  List<Mount> mounts(JsonNode container, Map<String, String> environment)
      throws Fault, IOException {
    List<Mount> mounts = new ArrayList<>();
    for (JsonNode mount : Json.items(container, "volumeMounts").toList()) {
      String name = Json.text(mount, "name");
      Volume volume = mounted.get(name);
      if (volume == null) {
        throw Fault.config("volume \"%s\" is not mounted".formatted(name));
      }
      String part =
          mount.has("subPathExpr")
              ? Environment.expand(Json.text(mount, "subPathExpr"), environment)
              : Json.text(mount, "subPath");
      boolean readOnly = volume.fixed() || mount.path("readOnly").asBoolean();
      mounts.add(new Mount.Bind(part(volume, part), Json.text(mount, "mountPath"), readOnly));
    }
    return mounts;
  }

  private Path part(Volume volume, String part) throws Fault, IOException {
    if (part.isEmpty()) {
      return volume.folder();
    }
    Path path = volume.folder().resolve(part).normalize();
    if (!path.startsWith(volume.folder())) {
      throw Fault.config("subPath `%s` leads out of its volume".formatted(part));
    }
    Path seen = world.seen(path);
    if (!Files.exists(seen, LinkOption.NOFOLLOW_LINKS)) {
      if (volume.fixed()) {
        throw Fault.config(
            "failed to prepare subPath for volumeMount: `%s` does not exist".formatted(part));
      }
      Files.createDirectories(seen);
      // as a kubelet makes it: open to whom the volume is
      int mode = (Integer) Files.getAttribute(world.seen(volume.folder()), "unix:mode") & 07777;
      Files.setAttribute(seen, "unix:mode", mode);
    }
    Path real = real(path);
    if (!real.startsWith(real(volume.folder()))) {
      throw Fault.config("subPath `%s` leads out of its volume".formatted(part));
    }
    return real;
  }

  /** Where links lead to is known in the world only. */
  private Path real(Path path) throws IOException {
    return Path.of(world.run("", "realpath", path.toString()).stripTrailing());
  }

  /** Takes memory back; other files of the pod go with its folder. */
  void unmount() throws IOException {
    for (Path place : memory) {
      try {
        world.run("", "umount", "--lazy", place.toString());
      } catch (BoxException e) {
        // it went with the world
      }
    }
    memory.clear();
  }
}
