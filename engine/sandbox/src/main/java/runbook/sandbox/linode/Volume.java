package runbook.sandbox.linode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.json.Json;

/**
 * A volume as it is at one moment.
 *
 * @param size in GiB
 * @param instance what it is attached to
 */
public record Volume(
    long id,
    String label,
    Status status,
    long size,
    String region,
    Optional<Instance> instance,
    List<String> tags,
    boolean encrypted,
    Instant created,
    Instant updated) {

  /** What the API calls it, in lower case. */
  public enum Status {
    CREATING,
    ACTIVE,
    RESIZING,
    KEY_ROTATING
  }

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

  public Volume {
    tags = List.copyOf(tags);
  }

  /** A new one, which is not there yet. */
  static Volume creating(
      long id,
      String label,
      long size,
      String region,
      List<String> tags,
      boolean encrypted,
      Instant now) {
    return new Volume(
        id, label, Status.CREATING, size, region, Optional.empty(), tags, encrypted, now, now);
  }

  public boolean isActive() {
    return status == Status.ACTIVE;
  }

  public boolean isAttached() {
    return instance.isPresent();
  }

  /** Where a machine finds it: the label is in it, which is why a live volume keeps its label. */
  public String devicePath() {
    return "/dev/disk/by-id/scsi-0Linode_Volume_" + label;
  }

  Volume with(Status to, Instant now) {
    return new Volume(id, label, to, size, region, instance, tags, encrypted, created, now);
  }

  Volume sized(long gib, Instant now) {
    return new Volume(id, label, status, gib, region, instance, tags, encrypted, created, now);
  }

  Volume on(Optional<Instance> machine, Instant now) {
    return new Volume(id, label, status, size, region, machine, tags, encrypted, created, now);
  }

  Volume named(String name, List<String> marks, Instant now) {
    return new Volume(id, name, status, size, region, instance, marks, encrypted, created, now);
  }

  /** UTC without a zone, as all times of this API are. */
  static String time(Instant instant) {
    return TIME.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
  }

  ObjectNode json() {
    var json = Json.object().put("id", id).put("label", label);
    json.put("status", status.name().toLowerCase(java.util.Locale.ROOT));
    json.put("size", size).put("region", region);
    instance.ifPresentOrElse(
        i -> json.put("linode_id", i.id()).put("linode_label", i.label()),
        () -> json.putNull("linode_id").putNull("linode_label"));
    json.put("filesystem_path", devicePath()).put("hardware_type", "nvme");
    json.put("encryption", encrypted ? "enabled" : "disabled");
    json.set("tags", Json.of(tags));
    return json.put("created", time(created)).put("updated", time(updated));
  }
}
