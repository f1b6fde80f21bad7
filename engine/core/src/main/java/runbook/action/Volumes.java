package runbook.action;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.type.Quantity;
import runbook.world.Cluster.Claim;
import runbook.world.Cluster.Pod;
import runbook.world.Cluster.Volume;
import runbook.world.Failure;
import runbook.world.Linode.BlockVolume;

/**
 * Which Linode volume lies behind a claim: claim → PV → handle → Linode's own answer, each link
 * checked from both sides, since the wrong volume would be cloned or lost (DOMAIN C4).
 */
final class Volumes {
  static final String DRIVER = "linodebs.csi.linode.com";
  private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);

  /** What a handle says: {@code <id>-<label cut to 32>}. */
  record Handle(long id, String label) {
    static Optional<Handle> parse(String text) {
      int dash = text.indexOf('-');
      if (dash < 1 || !text.substring(0, dash).matches("\\d{1,18}")) return Optional.empty();
      return Optional.of(
          new Handle(Long.parseLong(text.substring(0, dash)), text.substring(dash + 1)));
    }
  }

  /** A claim with all that lies behind it. */
  record Held(Claim claim, Volume volume, String handle, BlockVolume block) {}

  private Volumes() {}

  /** The claim's volume; a {@code REFUSED} failure where anything does not fit together. */
  static Held held(ActionContext context, String namespace, String name) {
    var claim = claim(context, namespace, name);
    var volume = volume(context, claim);
    var handle = handle(volume);
    var parsed =
        Handle.parse(handle)
            .orElseThrow(() ->
                Failure.refused(
                    "The handle `"
                        + handle
                        + "` of volume `"
                        + volume.name()
                        + "` does not begin with the id of a Linode volume.",
                    "Look at it with `kubectl get pv " + volume.name() + " -o yaml`."));
    var block = block(context, volume, parsed);
    return new Held(claim, volume, handle, block);
  }

  /** What has to be there for {@link #claim}. */
  static String claimed(String name) {
    return "PersistentVolumeClaim/" + name;
  }

  static Claim claim(ActionContext context, String namespace, String name) {
    return context
        .world()
        .cluster()
        .claim(namespace, name)
        .orElseThrow(() ->
            Failure.refused(
                "There is no volume claim `" + name + "` in namespace `" + namespace + "`.",
                "`kubectl -n " + namespace + " get pvc` lists what there is."));
  }

  /** The PV, which has to know of this very claim. */
  static Volume volume(ActionContext context, Claim claim) {
    var name = claim.volume().filter(_ -> claim.phase().equals("Bound"));
    if (name.isEmpty()) {
      throw Failure.refused(
          "The claim `" + claim.name() + "` is " + claim.phase() + ", not Bound.",
          "See why with `kubectl -n " + claim.namespace() + " describe pvc " + claim.name() + "`.");
    }
    var volume =
        context
            .world()
            .cluster()
            .volume(name.get())
            .orElseThrow(() ->
                Failure.refused(
                    "The volume `" + name.get() + "` of claim `" + claim.name() + "` is gone.",
                    "Look at `kubectl get pv`."));
    if (!volume.claimUid().equals(Optional.of(claim.uid()))) {
      throw Failure.refused(
          "The volume `"
              + volume.name()
              + "` is held by another claim than `"
              + claim.name()
              + "` as it is now.",
          "Compare `claimRef.uid` of the volume with the claim's uid.");
    }
    return volume;
  }

  static String handle(Volume volume) {
    if (!volume.driver().equals(Optional.of(DRIVER)) || volume.handle().isEmpty()) {
      throw Failure.refused(
          "The volume `"
              + volume.name()
              + "` is not Linode block storage but "
              + volume.driver().map(d -> "of the driver `" + d + "`").orElse("of another kind")
              + ".",
          "Back its data up in another way.");
    }
    return volume.handle().get();
  }

  private static BlockVolume block(ActionContext context, Volume volume, Handle handle) {
    var block =
        context
            .world()
            .linode()
            .volume(handle.id())
            .orElseThrow(() ->
                Failure.refused(
                    "Linode has no volume "
                        + handle.id()
                        + ", which lies behind `"
                        + volume.name()
                        + "`.",
                    "Is the token of the account that the cluster belongs to?"));
    if (!cut(block.label()).equals(cut(handle.label()))) {
      throw Failure.refused(
          "The Linode volume "
              + block.id()
              + " is labelled `"
              + block.label()
              + "`, but the cluster knows it as `"
              + handle.label()
              + "`.",
          "Find out which is right before anything is cloned or deleted; a live volume is never renamed.");
    }
    var capacity = Quantity.parse(volume.capacity());
    if (capacity.isEmpty()
        || capacity.get().amount().compareTo(GIB.multiply(BigDecimal.valueOf(block.size()))) != 0) {
      throw Failure.refused(
          "The Linode volume "
              + block.id()
              + " has "
              + block.size()
              + " GB, but the cluster's volume `"
              + volume.name()
              + "` has "
              + volume.capacity()
              + ".",
          "Find out why they differ (an expansion that did not end?) before anything is cloned or deleted.");
    }
    return block;
  }

  private static String cut(String label) {
    return label.substring(0, Math.min(32, label.length()));
  }

  /** Pods that name the claim, in whatever phase. */
  static List<Pod> users(ActionContext context, String namespace, String claim) {
    return context.world().cluster().pods(namespace, java.util.Map.of()).stream()
        .filter(p -> p.claims().contains(claim))
        .toList();
  }

  static String names(List<Pod> pods) {
    return pods.stream().map(p -> "`" + p.name() + "`").collect(Collectors.joining(", "));
  }

  /** Refuses a claim that pods use which are not on their way out. */
  static void refuseUse(ActionContext context, String namespace, String claim) {
    var using =
        users(context, namespace, claim).stream()
            .filter(p -> !p.deleting() && Workloads.lives(p))
            .toList();
    if (using.isEmpty()) return;
    throw Failure.refused(
        "The claim `" + claim + "` is in use by " + names(using) + ".",
        "Scale what uses it to 0 first (a `scale` step).");
  }

  /** Waits until no pod, no attachment and no machine holds the volume (DOMAIN C5). */
  static void awaitDetached(ActionContext context, Held held) {
    var claim = held.claim();
    var waiting = new Waiting(context);
    waiting.untilTrue(
        () -> {
          // somebody may scale the database up meanwhile
          refuseUse(context, claim.namespace(), claim.name());
          var holders = holders(context, held);
          if (!holders.isEmpty()) {
            waiting.say(claim.name() + ": waiting for detachment (" + holders + ")");
          }
          return holders.isEmpty();
        },
        () ->
            Failure.timeout(
                    "The time limit passed while the volume of claim `"
                        + claim.name()
                        + "` was still held: "
                        + holders(context, held)
                        + ".")
                .withRemedy(
                    "Look at `kubectl get volumeattachments` and at the volume in Linode's console; detach it by hand only when you are sure that no machine writes to it."));
  }

  /** Who still holds the volume; empty when it is free and at rest. */
  static String holders(ActionContext context, Held held) {
    var out = new java.util.ArrayList<String>();
    for (var pod : users(context, held.claim().namespace(), held.claim().name())) {
      if (Workloads.lives(pod)) out.add("pod " + pod.name());
    }
    for (var node : context.world().cluster().attachments(held.volume().name())) {
      out.add("attached to node " + node);
    }
    var block = context.world().linode().volume(held.block().id());
    if (block.isEmpty()) out.add("Linode does not know volume " + held.block().id());
    block
        .flatMap(BlockVolume::linodeId)
        .ifPresent(id -> out.add("Linode has it attached to machine " + id));
    block
        .filter(b -> !b.status().equals("active"))
        .ifPresent(b -> out.add("Linode says that it is " + b.status()));
    return String.join(", ", out);
  }

  /** For the final report: what a volume costs that stays behind. */
  static String leftover(long id, String label, long size, String what) {
    // $0.10 a GB and month; taxes and regions differ, hence "about"
    var dollars = BigDecimal.valueOf(size).movePointLeft(1).setScale(2);
    return "Linode volume "
        + id
        + " `"
        + label
        + "`, "
        + size
        + " GB, "
        + what
        + ": about $"
        + dollars
        + " a month until it is deleted (`linode-cli volumes delete "
        + id
        + "`)";
  }
}
