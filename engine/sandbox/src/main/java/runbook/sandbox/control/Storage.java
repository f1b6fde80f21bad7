package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import runbook.sandbox.json.Json;

/** What storage controllers know of claims, volumes and the CSI driver (DOMAIN C). */
final class Storage {
  static final String DRIVER = "linodebs.csi.linode.com";
  static final String ATTACHER = "external-attacher/linodebs-csi-linode-com";
  static final String PROVISIONER = "external-provisioner.volume.kubernetes.io/finalizer";
  static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

  /** The least that a volume has, in GiB. */
  static final long LEAST = 10;

  private static final Pattern QUANTITY = Pattern.compile("([0-9.]+)([A-Za-z]*)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("k", 1_000L),
          Map.entry("M", 1_000_000L),
          Map.entry("G", 1_000_000_000L),
          Map.entry("T", 1_000_000_000_000L),
          Map.entry("Ki", 1L << 10),
          Map.entry("Mi", 1L << 20),
          Map.entry("Gi", 1L << 30),
          Map.entry("Ti", 1L << 40));

  private Storage() {}

  /** Bytes of a quantity; 0 of what is none. */
  static long bytes(String quantity) {
    var m = QUANTITY.matcher(quantity);
    if (!m.matches() || !UNITS.containsKey(m.group(2))) return 0;
    return new BigDecimal(m.group(1))
        .multiply(BigDecimal.valueOf(UNITS.get(m.group(2))))
        .setScale(0, RoundingMode.CEILING)
        .longValue();
  }

  /** What a claim asks for, in whole GiB, at least the least. */
  static long gib(JsonNode claim) {
    long bytes = bytes(Json.text(claim, "spec.resources.requests.storage"));
    return Math.max(LEAST, (bytes + (1L << 30) - 1) >> 30);
  }

  static long capacity(JsonNode volume) {
    return bytes(Json.text(volume, "spec.capacity.storage"));
  }

  static boolean isOurs(JsonNode volume) {
    return Json.text(volume, "spec.csi.driver").equals(DRIVER);
  }

  /** The disk behind a volume: its handle is {@code <id>-<label>} (DOMAIN C4). */
  static Optional<Long> disk(JsonNode volume) {
    var handle = Json.text(volume, "spec.csi.volumeHandle");
    return isOurs(volume) && handle.matches("[0-9]{1,18}-.+")
        ? Optional.of(Long.parseLong(handle.substring(0, handle.indexOf('-'))))
        : Optional.empty();
  }

  /** Whether a volume is kept for this very claim. */
  static boolean isFor(JsonNode volume, JsonNode claim) {
    var ref = volume.path("spec").path("claimRef");
    var uid = ref.path("uid").asText();
    return ref.path("name").asText().equals(Objects.name(claim))
        && ref.path("namespace").asText().equals(Objects.namespace(claim))
        && (uid.isEmpty() || uid.equals(Objects.uid(claim)));
  }

  static ObjectNode phase(ObjectNode volume, String phase, String now) {
    if (Json.text(volume, "status.phase").equals(phase)) return volume;
    Json.put(volume, "status.phase", phase);
    Json.put(volume, "status.lastPhaseTransitionTime", now);
    return volume;
  }

  static ObjectNode reference(ObjectNode claim) {
    return Json.object()
        .put("kind", "PersistentVolumeClaim")
        .put("apiVersion", "v1")
        .put("namespace", Objects.namespace(claim))
        .put("name", Objects.name(claim))
        .put("uid", Objects.uid(claim))
        .put("resourceVersion", Json.text(claim, "metadata.resourceVersion"));
  }

  /** The volume of a disk that was made for a claim. */
  static ObjectNode volume(
      ObjectNode claim, ObjectNode storageClass, Disks.Disk disk, String name) {
    var policy = Json.text(storageClass, "reclaimPolicy");
    var volume = Json.object();
    Json.put(volume, "metadata.name", name);
    Json.within(volume, "metadata.annotations")
        .put(PROVISIONED_BY, DRIVER)
        .put("volume.kubernetes.io/provisioner-deletion-secret-name", "")
        .put("volume.kubernetes.io/provisioner-deletion-secret-namespace", "");
    Objects.addFinalizer(volume, "kubernetes.io/pv-protection");
    if (policy.equals("Delete")) Objects.addFinalizer(volume, PROVISIONER);
    Json.put(volume, "spec.capacity.storage", disk.size() + "Gi");
    Json.put(volume, "spec.accessModes", claim.at("/spec/accessModes").deepCopy());
    Json.put(volume, "spec.volumeMode", "Filesystem");
    Json.put(volume, "spec.storageClassName", Objects.name(storageClass));
    Json.put(volume, "spec.persistentVolumeReclaimPolicy", policy.isEmpty() ? "Delete" : policy);
    Json.put(volume, "spec.claimRef", reference(claim));
    Json.put(
        volume,
        "spec.csi",
        Map.of(
            "driver",
            DRIVER,
            "fsType",
            "ext4",
            "volumeHandle",
            disk.id() + "-" + disk.label(),
            "volumeAttributes",
            Map.of("storage.kubernetes.io/csiProvisionerIdentity", DRIVER)));
    Json.put(volume, "status.phase", "Pending");
    return volume;
  }
}
