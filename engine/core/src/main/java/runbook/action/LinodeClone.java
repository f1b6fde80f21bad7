package runbook.action;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.world.Failure;
import runbook.world.Failure.Kind;
import runbook.world.Linode.BlockVolume;

/** Clones the Linode volume behind a claim, and waits until the clone is active. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Clones the Linode volume behind a claim, and waits until the clone is active.")
public record LinodeClone(
    @Doc("Volume claim.") @Touches(value = Thing.CLAIM, access = Access.READ) String claim,
    @Doc("Label of the clone: 1 to 32 letters, digits, `-` and `_`.")
        @Touches(value = Thing.CLONE, access = Access.MAKE)
        String label,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<LinodeClone.Done> {
  /** Linode's own rule (API specification of volumes). */
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z]((?!--|__)[a-zA-Z0-9-_])+");

  /** Recorded before the clone is ordered: its label and source. */
  private static final String CLONING = "cloning";

  /** Id of a clone that was made while its source was in use. */
  private static final String SPOILT = "spoilt";

  private static final int LOOKS = 5;
  private static final int ORDERS = 3;

  /** What the step gives. */
  public record Done(
      @Doc("Namespace of the claim.") String namespace,
      @Doc("Volume claim.") String claim,
      @Doc("Its uid.") String claimUid,
      @Doc("Its persistent volume (PV).") String volume,
      @Doc("Handle of the PV: id and label of the Linode volume.") String volumeHandle,
      @Doc("Id of the Linode volume that was cloned.") long volumeId,
      @Doc("Id of the clone.") long cloneId,
      @Doc("Label of the clone.") String label,
      @Doc("Size in GB.") long size,
      @Doc("Region of the clone.") String region,
      @Doc("What stays behind and may cost money, for the final report.") List<String> leftovers)
      implements Output {}

  public LinodeClone {
    Require.name("volume claim", claim);
    Require.that(
        label.length() <= 32 && LABEL.matcher(label).matches(),
        "`"
            + label
            + "` cannot be a label at Linode: 2 to 32 letters, digits, `-` and `_`, beginning with a letter, without `--` and `__`.");
    namespace.ifPresent(Require::namespace);
  }

  private String space(ActionContext context) {
    return namespace.orElse(context.namespace());
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    var asked = "volume of claim `" + claim + "`";
    preflight
        .lookAt(asked, Volumes.claimed(claim), () -> Volumes.held(context, space(context), claim))
        .ifPresent(held -> {
          preflight.fine(
              asked,
              "Linode volume "
                  + held.block().id()
                  + " `"
                  + held.block().label()
                  + "`, "
                  + held.block().size()
                  + " GB in "
                  + held.block().region());
          if (!held.volume().reclaimPolicy().equals("Retain")) {
            preflight.notice(
                asked,
                "Its reclaim policy is "
                    + held.volume().reclaimPolicy()
                    + ": deleting the claim would destroy it.",
                DeletionProof.retain(held.volume().name()));
          }
        });
    preflight
        .look("label `" + label + "`", () -> context.world().linode().volumesLabelled(label))
        .ifPresent(taken -> {
          if (taken.isEmpty()) preflight.fine("label `" + label + "`", "free");
          else if (asked(context)) preflight.fine("label `" + label + "`", "this run's clone");
          else preflight.blocks("label `" + label + "`", TAKEN, OTHER_LABEL);
        });
    preflight
        .look("Linode token", () -> context.world().linode().scopes())
        .ifPresent(scopes -> {
          if (scopes.contains("*") || scopes.contains("volumes:read_write")) {
            preflight.fine("Linode token", "may make volumes");
          } else {
            preflight.blocks(
                "Linode token",
                "It lacks the scope `volumes:read_write`; it has "
                    + (scopes.isEmpty() ? "none" : String.join(" ", scopes))
                    + ".",
                "Make a token with that scope.");
          }
        });
    preflight.may(space(context), "list", "", "pods");
    preflight.may(space(context), "list", "storage.k8s.io", "volumeattachments");
    return preflight.findings();
  }

  private static final String TAKEN = "The label is taken by a volume that this run did not make.";
  private static final String OTHER_LABEL = "Choose another label, or delete that volume.";

  @Override
  public Done run(ActionContext context) {
    var held = Volumes.held(context, space(context), claim);
    Volumes.awaitDetached(context, held);
    var source = held.block();
    var clone = find(context, source, asked(context) ? LOOKS : 1);
    if (clone.isEmpty()) {
      context.facts().record(CLONING, Map.of("label", label, "source", source.id()));
      context.progress().say("cloning Linode volume " + source.id() + " as " + label);
      clone = Optional.of(order(context, source));
    }
    var made = active(context, clone.get());
    compare(made, source);
    stillAtRest(context, held, made);
    return new Done(
        space(context),
        claim,
        held.claim().uid(),
        held.volume().name(),
        held.handle(),
        source.id(),
        made.id(),
        label,
        made.size(),
        made.region(),
        List.of(Volumes.leftover(made.id(), label, made.size(), "the clone")));
  }

  private boolean asked(ActionContext context) {
    return context.facts().recall(CLONING).filter(this::isOurs).isPresent();
  }

  private boolean isOurs(Object cloning) {
    return cloning instanceof Map<?, ?> map && label.equals(map.get("label"));
  }

  /** The clone with the label, if it is this run's; more than one look for one that was ordered. */
  private Optional<BlockVolume> find(ActionContext context, BlockVolume source, int looks) {
    for (int look = 1; look <= looks; look++) {
      if (look > 1) context.pause(Waiting.EVERY);
      var found = context.world().linode().volumesLabelled(label);
      if (found.size() > 1) {
        throw Failure.refused(
            "Linode has " + found.size() + " volumes with the label `" + label + "`.", OTHER_LABEL);
      }
      if (found.isEmpty()) continue;
      var only = found.getFirst();
      if (!asked(context) || only.id() == source.id()) {
        throw Failure.refused(TAKEN, OTHER_LABEL).withDetail(describe(only));
      }
      if (context.facts().recall(SPOILT).equals(Optional.of(only.id()))) {
        throw Failure.refused(
                "The clone `" + label + "` was made while its source was in use.",
                "Delete it (`linode-cli volumes delete " + only.id() + "`), then go on.")
            .withDetail(describe(only));
      }
      compare(only, source);
      context.progress().say("found the clone " + only.id() + " that was ordered before");
      return Optional.of(only);
    }
    return Optional.empty();
  }

  private static String describe(BlockVolume v) {
    return "volume "
        + v.id()
        + ", "
        + v.size()
        + " GB in "
        + v.region()
        + ", "
        + v.status()
        + ", created "
        + v.created();
  }

  /** Orders it; when the answer is lost, looks whether it came about before ordering again. */
  private BlockVolume order(ActionContext context, BlockVolume source) {
    for (int order = 1; ; order++) {
      try {
        return context.world().linode().cloneVolume(source.id(), label);
      } catch (Failure e) {
        boolean lost = e.kind() == Kind.UNREACHABLE;
        if (!lost && order == 1) throw e;
        context.progress().say("no answer to the order; looking whether the clone is there");
        var found = find(context, source, LOOKS);
        if (found.isPresent()) return found.get();
        if (!lost || order == ORDERS) throw e;
      }
    }
  }

  private BlockVolume active(ActionContext context, BlockVolume clone) {
    var waiting = new Waiting(context);
    var absent = new AtomicInteger();
    return waiting.until(
        () -> {
          var now = context.world().linode().volume(clone.id());
          if (now.isEmpty() && absent.incrementAndGet() > LOOKS) {
            throw Failure.failed("The clone " + clone.id() + " `" + label + "` is gone.");
          }
          now.ifPresent(v -> waiting.say("clone " + v.id() + " `" + label + "` is " + v.status()));
          return now.filter(v -> v.status().equals("active"));
        },
        () ->
            Failure.timeout(
                    "The time limit passed before the clone "
                        + clone.id()
                        + " `"
                        + label
                        + "` was active.")
                .withRemedy("Go on: it is found again. A large volume takes its time."));
  }

  private void compare(BlockVolume clone, BlockVolume source) {
    if (clone.size() == source.size() && clone.region().equals(source.region())) return;
    throw Failure.refused(
            "The volume "
                + clone.id()
                + " `"
                + label
                + "` is no clone of "
                + source.id()
                + ": size or region differ.",
            OTHER_LABEL)
        .withDetail(describe(clone) + "\n" + describe(source));
  }

  /** A source that was written to meanwhile makes a clone that nobody should trust. */
  private void stillAtRest(ActionContext context, Volumes.Held held, BlockVolume clone) {
    var holders = Volumes.holders(context, held);
    if (holders.isEmpty()) return;
    context.facts().record(SPOILT, clone.id());
    throw Failure.failed(
            "The volume of claim `" + claim + "` was in use while it was cloned: " + holders + ".")
        .withRemedy(
            "Stop what uses it, delete the clone (`linode-cli volumes delete "
                + clone.id()
                + "`), then go on.");
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return asked(context)
        ? new Recovery.Attach<>("The clone may be under way; it is looked for by its label.")
        : new Recovery.Repeat<>("No clone was ordered yet.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    return new Reversal.Nothing(
        "The clone stays, it is the backup; delete it by hand when nobody needs it: `linode-cli volumes delete "
            + done.cloneId()
            + "`.");
  }
}
