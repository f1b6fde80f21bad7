package runbook.action;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.world.Cluster.Claim;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Cluster.Volume;
import runbook.world.Failure;

/** Deletes a volume claim whose data a clone holds. */
@Declares(effect = Effect.DESTROY, doc = "Deletes a volume claim whose data a clone holds.")
public record DeletePvc(
    @Doc("Volume claim.") @Touches(value = Thing.CLAIM, access = Access.DESTROY) String claim,
    @Doc("The step that cloned this claim's volume: the proof that it can be restored.")
        LinodeClone.Done backup,
    @Doc("Whether the PV object is deleted too; its storage at Linode stays. False unless given.")
        Optional<Boolean> deleteVolume,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<DeletePvc.Done> {
  /** Recorded before the claim is deleted: {@code uid} and {@code manifest}. */
  private static final String DELETING = "deleting";

  /** What the step gives. */
  public record Done(
      @Doc("Namespace of the claim.") String namespace,
      @Doc("Volume claim.") String claim,
      @Doc("Its uid.") String uid,
      @Doc("Its persistent volume (PV).") String volume,
      @Doc("Handle of the PV.") String volumeHandle,
      @Doc("Whether the PV object is still there.") boolean volumeKept,
      @Doc("The claim as it was, to make it again.") Map<String, Object> manifest,
      @Doc("What stays behind and may cost money, for the final report.") List<String> leftovers)
      implements Output {}

  public DeletePvc {
    Require.name("volume claim", claim);
    namespace.ifPresent(Require::namespace);
    Require.that(
        backup.claim().equals(claim),
        "`backup` is a clone of the claim `" + backup.claim() + "`, not of `" + claim + "`.");
  }

  private String space(ActionContext context) {
    return namespace.orElse(context.namespace());
  }

  private ObjectRef ref(ActionContext context) {
    return new ObjectRef("v1", "PersistentVolumeClaim", Optional.of(space(context)), claim);
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    var asked = "claim `" + claim + "`";
    preflight
        .lookAt(
            asked,
            Volumes.claimed(claim),
            () -> Volumes.volume(context, Volumes.claim(context, space(context), claim)))
        .flatMap(volume ->
            preflight.look("volume `" + volume.name() + "`", () -> DeletionProof.kept(volume)))
        .ifPresent(
            volume -> preflight.fine(asked, "its volume `" + volume.name() + "` outlives it"));
    preflight.may(space(context), "delete", "", "persistentvolumeclaims");
    if (deleteVolume.orElse(false)) {
      preflight.may(space(context), "delete", "", "persistentvolumes");
    }
    return preflight.findings();
  }

  @Override
  public Done run(ActionContext context) {
    if (!isGone(context)) {
      var now = Volumes.claim(context, space(context), claim);
      new DeletionProof(context, backup).require(now);
      if (deleting(context).isEmpty()) record(context, now);
      context.progress().say("deleting the claim " + claim + " (uid " + now.uid() + ")");
      context.world().cluster().deleteClaim(space(context), claim, now.uid());
      awaitGone(context, now.uid());
    }
    if (deleteVolume.orElse(false)) deleteObject(context);
    return done(context);
  }

  /** Whether the claim that this step began to delete is there no more. */
  private boolean isGone(ActionContext context) {
    var uid = deleting(context).map(d -> d.get("uid"));
    if (uid.isEmpty()) return false;
    return context
        .world()
        .cluster()
        .claim(space(context), claim)
        .filter(c -> uid.get().equals(c.uid()))
        .isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static Optional<Map<String, Object>> deleting(ActionContext context) {
    return context.facts().recall(DELETING).map(d -> (Map<String, Object>) d);
  }

  private void record(ActionContext context, Claim now) {
    var object = context.world().cluster().get(ref(context)).orElse(Map.of());
    context
        .facts()
        .record(DELETING, Map.of("uid", now.uid(), "manifest", Objects.restorable(object)));
  }

  private void awaitGone(ActionContext context, String uid) {
    var waiting = new Waiting(context);
    waiting.untilTrue(
        () -> {
          if (isGone(context)) return true;
          waiting.say(claim + ": waiting until it is gone" + heldBy(context));
          return false;
        },
        () ->
            Failure.timeout("The time limit passed while the claim `" + claim + "` was going.")
                .withDetail("uid " + uid + heldBy(context))
                .withRemedy(
                    "Find what holds it; never take the finalizers away, they protect the data."));
  }

  private String heldBy(ActionContext context) {
    var now = context.world().cluster().claim(space(context), claim);
    var users = Volumes.users(context, space(context), claim);
    return now.filter(c -> !c.finalizers().isEmpty())
            .map(c -> "; finalizers " + String.join(", ", c.finalizers()))
            .orElse("")
        + (users.isEmpty() ? "" : "; used by " + Volumes.names(users));
  }

  /** The PV object goes; the storage at Linode stays, since the policy is Retain. */
  private void deleteObject(ActionContext context) {
    var cluster = context.world().cluster();
    var waiting = new Waiting(context);
    var deleted = new ArrayList<String>();
    waiting.untilTrue(
        () -> {
          var volume = cluster.volume(backup.volume());
          if (volume.isEmpty() || !ours(volume.get())) return true;
          DeletionProof.kept(volume.get());
          if (volume.get().phase().equals("Released") && deleted.isEmpty()) {
            cluster.deleteVolume(volume.get().name(), volume.get().uid());
            deleted.add(volume.get().uid());
          }
          waiting.say(
              backup.volume() + ": waiting until it is gone (" + volume.get().phase() + ")");
          return false;
        },
        () ->
            Failure.timeout(
                "The time limit passed before the volume `" + backup.volume() + "` was gone."));
  }

  private boolean ours(Volume volume) {
    return volume.claimUid().equals(Optional.of(backup.claimUid()));
  }

  private Done done(ActionContext context) {
    boolean keptObject =
        context.world().cluster().volume(backup.volume()).filter(this::ours).isPresent();
    var leftovers = new ArrayList<String>();
    var handle = Volumes.Handle.parse(backup.volumeHandle());
    leftovers.add(
        Volumes.leftover(
            backup.volumeId(),
            handle.map(Volumes.Handle::label).orElse(backup.volumeHandle()),
            backup.size(),
            "the data as they were"));
    if (keptObject) {
      leftovers.add(
          "PersistentVolume `"
              + backup.volume()
              + "`, which leads back to that data: `kubectl delete pv "
              + backup.volume()
              + "` when nobody needs it");
    }
    var facts = deleting(context).orElseThrow();
    @SuppressWarnings("unchecked")
    var manifest = (Map<String, Object>) facts.get("manifest");
    return new Done(
        space(context),
        claim,
        (String) facts.get("uid"),
        backup.volume(),
        backup.volumeHandle(),
        keptObject,
        manifest,
        leftovers);
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    if (deleting(context).isEmpty()) return new Recovery.Repeat<>("Nothing was deleted yet.");
    if (!isGone(context)) {
      return new Recovery.Repeat<>("The claim is still there; all proofs are looked at again.");
    }
    var done = done(context);
    if (deleteVolume.orElse(false) && done.volumeKept()) {
      return new Recovery.Repeat<>("The claim is gone, its volume object is not.");
    }
    return new Recovery.Done<>(done, "The claim with the recorded uid is gone.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    var in = " -n " + done.namespace() + " ";
    var steps = new ArrayList<String>();
    steps.add("kubectl" + in + "delete pvc " + done.claim() + " --ignore-not-found");
    if (done.volumeKept()) {
      steps.add(
          "kubectl patch pv "
              + done.volume()
              + " --type json -p '[{\"op\":\"remove\",\"path\":\"/spec/claimRef/uid\"},{\"op\":\"remove\",\"path\":\"/spec/claimRef/resourceVersion\"}]'");
    } else {
      steps.add(
          "kubectl apply -f old-pv.yaml   # a PersistentVolume with `csi.driver: "
              + Volumes.DRIVER
              + "` and `csi.volumeHandle: "
              + done.volumeHandle()
              + "`");
    }
    steps.add("kubectl" + in + "apply -f - <<'END'\n" + Objects.json(done.manifest()) + "\nEND");
    return new Reversal.Impossible(
        "The claim `"
            + done.claim()
            + "` cannot be brought back by itself; its data are intact. Stop all pods that use it, then:\n"
            + String.join("\n", steps));
  }
}
