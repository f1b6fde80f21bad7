package runbook.action;

import java.util.ArrayList;
import java.util.List;
import runbook.world.Cluster.Claim;
import runbook.world.Cluster.Volume;
import runbook.world.Failure;

/** What has to be so before a claim may go: its data can be had again, from two places. */
record DeletionProof(ActionContext context, LinodeClone.Done backup) {

  /** How to make a PV outlive its claim. */
  static String retain(String volume) {
    return "Change it with `kubectl patch pv "
        + volume
        + " -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}'`.";
  }

  static Volume kept(Volume volume) {
    if (volume.reclaimPolicy().equals("Retain")) return volume;
    throw Failure.refused(
        "The reclaim policy of volume `"
            + volume.name()
            + "` is "
            + volume.reclaimPolicy()
            + ": deleting the claim would destroy the volume at Linode.",
        retain(volume.name()));
  }

  /** Everything that makes the deletion harmless; the first that does not hold is refused. */
  void require(Claim now) {
    var volume = Volumes.volume(context, now);
    var handle = Volumes.handle(volume);
    var differs = new ArrayList<String>();
    compare(differs, "namespace", backup.namespace(), now.namespace());
    compare(differs, "uid of the claim", backup.claimUid(), now.uid());
    compare(differs, "volume", backup.volume(), volume.name());
    compare(differs, "handle", backup.volumeHandle(), handle);
    if (!differs.isEmpty()) {
      throw Failure.refused(
              "The clone `"
                  + backup.label()
                  + "` is of another volume than the claim `"
                  + now.name()
                  + "` has now.",
              "Clone the volume that is there now (a `linodeClone` step), then go on.")
          .withDetail(String.join("\n", differs));
    }
    kept(volume);
    requireClone();
    var users = Volumes.users(context, now.namespace(), now.name());
    if (!users.isEmpty()) {
      throw Failure.refused(
          "The claim `" + now.name() + "` is in use by " + Volumes.names(users) + ".",
          "Scale what uses it to 0, and delete pods that have ended, first.");
    }
  }

  private static void compare(List<String> differs, String what, String cloned, String now) {
    if (!cloned.equals(now)) differs.add(what + ": cloned `" + cloned + "`, now `" + now + "`");
  }

  private void requireClone() {
    var clone = context.world().linode().volume(backup.cloneId());
    var sound =
        clone.filter(c ->
            c.status().equals("active")
                && c.label().equals(backup.label())
                && c.size() == backup.size()
                && c.region().equals(backup.region()));
    if (sound.isPresent()) return;
    throw Failure.refused(
            "The clone " + backup.cloneId() + " `" + backup.label() + "` is not as it was made.",
            "Make another one; nothing was deleted.")
        .withDetail(
            clone
                .map(c ->
                    "Linode says: `"
                        + c.label()
                        + "`, "
                        + c.size()
                        + " GB in "
                        + c.region()
                        + ", "
                        + c.status())
                .orElse("Linode does not know it any more."));
  }
}
