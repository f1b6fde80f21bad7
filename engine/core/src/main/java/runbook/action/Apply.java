package runbook.action;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Failure;

/**
 * Applies manifests (server-side apply) and waits until claims are bound and workloads rolled out.
 */
@Declares(
    effect = Effect.CHANGE,
    doc =
        "Applies manifests (server-side apply) and waits until claims are bound and workloads rolled out.")
public record Apply(
    @Doc("Manifest files.") @Touches(value = Thing.MANIFEST, access = Access.READ)
        Optional<List<Path>> files,
    @Doc("Manifests, written in the plan.") Optional<List<Map<String, Object>>> objects,
    @Doc("Images by container name, instead of those in the manifests.")
        Optional<Map<String, String>> images,
    @Doc("Owner of the applied fields; `plan` unless given.") Optional<String> fieldManager,
    @Doc("Whether fields of other owners are taken over; false unless given.")
        Optional<Boolean> force,
    @Doc("Whether to wait until all is in effect; true unless given.") Optional<Boolean> await,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<Apply.Done> {
  static final String MANAGER = "plan";

  /** What the step gives. */
  public record Done(
      @Doc("What was applied.") List<Applied> objects,
      @Doc("Volume handle of each claim that was applied and is bound.") Map<String, String> claims)
      implements Output {}

  /** One object. */
  public record Applied(
      @Doc("API version.") String apiVersion,
      @Doc("Kind.") String kind,
      @Doc("Namespace; empty for objects without one.") String namespace,
      @Doc("Name.") String name,
      @Doc("Its uid.") String uid,
      @Doc("Whether it was not there before.") boolean created,
      @Doc("Whether anything changed.") boolean changed) {
    ObjectRef ref() {
      return new ObjectRef(
          apiVersion, kind, Optional.of(namespace).filter(n -> !n.isEmpty()), name);
    }
  }

  public Apply {
    Require.that(
        files.isPresent() || objects.isPresent(), "Give manifests: `files`, `objects` or both.");
    Require.that(
        files.map(f -> !f.isEmpty()).orElse(false) || objects.map(o -> !o.isEmpty()).orElse(false),
        "There is no manifest in `files` or `objects`.");
    for (var object : objects.orElse(List.of())) {
      for (var key : List.of("apiVersion", "kind", "metadata")) {
        Require.that(object.containsKey(key), "An object of `objects` has no `" + key + "`.");
      }
    }
    images.ifPresent(all ->
        all.forEach((name, image) ->
            Require.that(!image.isBlank(), "The image of container `" + name + "` is empty.")));
    fieldManager.ifPresent(m ->
        Require.that(
            !m.isBlank() && m.length() <= 128, "`fieldManager` is of 1 to 128 characters."));
    namespace.ifPresent(Require::namespace);
  }

  private FieldOwners owners(ActionContext context) {
    return new FieldOwners(context, fieldManager.orElse(MANAGER));
  }

  /** The objects that are there afterwards, as {@code Deployment/postgres}. */
  public List<String> makes(ActionContext context) {
    return Wanted.all(this, context).stream()
        .map(w -> w.ref().kind() + "/" + w.ref().name())
        .toList();
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    var all = preflight.look("manifests", () -> Wanted.all(this, context)).orElse(List.of());
    for (var wanted : all) {
      var asked = wanted.ref().toString();
      try {
        owners(context).apply(wanted, force.orElse(false), true);
        preflight.fine(asked, "would be accepted");
      } catch (Failure e) {
        // earlier steps may change what stands in the way, so this does not block
        preflight.notice(
            asked,
            "As things are now, it would not be accepted: "
                + e.getMessage()
                + e.detail().map(d -> " " + d).orElse(""),
            e.remedy().orElse("Check that an earlier step sees to it."));
      }
    }
    return preflight.findings();
  }

  @Override
  public Done run(ActionContext context) {
    var applied = new ArrayList<Applied>();
    var all = Wanted.all(this, context);
    for (var wanted : all) applied.add(apply(context, wanted));
    var rollout = new Rollout(context);
    if (await.orElse(true)) {
      for (int i = 0; i < all.size(); i++) rollout.await(all.get(i), applied.get(i).uid());
    }
    var claims = new LinkedHashMap<String, String>();
    for (var wanted : all) {
      if (!wanted.ref().kind().equals("PersistentVolumeClaim")) continue;
      rollout
          .handle(wanted.namespace(), wanted.ref().name())
          .ifPresent(h -> claims.put(wanted.ref().name(), h));
    }
    return new Done(applied, claims);
  }

  private Applied apply(ActionContext context, Wanted wanted) {
    var ref = wanted.ref();
    var before = context.world().cluster().get(ref);
    if (before.isPresent()
        && Objects.at(before.get(), "metadata", "deletionTimestamp").isPresent()) {
      // what is applied to an object that is being deleted is lost with it
      new Rollout(context).awaitGone(ref, Objects.at(before.get(), "metadata", "uid"));
      before = Optional.empty();
    }
    var fact = "before " + ref.kind() + "/" + wanted.namespace() + "/" + ref.name();
    if (context.facts().recall(fact).isEmpty()) {
      context.facts().record(fact, fact(before, wanted.secret()));
    }
    var recorded = context.facts().recall(fact).orElseThrow();
    var after = owners(context).apply(wanted, force.orElse(false), false);
    boolean created = Objects.at(recorded, "existed").equals(Optional.of(false));
    boolean changed = created || !fact(Optional.of(after), wanted.secret()).equals(recorded);
    context
        .progress()
        .say(ref + ": " + (created ? "created" : changed ? "changed" : "as it was before"));
    return new Applied(
        ref.apiVersion(),
        ref.kind(),
        wanted.namespace(),
        ref.name(),
        Objects.text(after, "metadata", "uid").orElse(""),
        created,
        changed);
  }

  /** What has to be known of an object in order to tell changes, and to put it back. */
  private static Map<String, Object> fact(Optional<Map<String, Object>> object, boolean secret) {
    var out = new LinkedHashMap<String, Object>();
    out.put("existed", object.isPresent());
    object.flatMap(o -> Objects.text(o, "metadata", "uid")).ifPresent(u -> out.put("uid", u));
    if (secret) {
      // the version tells a change without telling the content
      object
          .flatMap(o -> Objects.text(o, "metadata", "resourceVersion"))
          .ifPresent(v -> out.put("version", v));
    } else {
      object.ifPresent(o -> out.put("object", Objects.restorable(o)));
    }
    return out;
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return new Recovery.Repeat<>("The same manifests may be applied again.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    var what = new ArrayList<String>();
    var cannot = new ArrayList<String>();
    for (var applied : done.objects().reversed()) {
      if (!applied.changed()) continue;
      undo(context, applied, what, cannot);
    }
    if (!cannot.isEmpty()) return new Reversal.Impossible(String.join(" ", cannot));
    if (what.isEmpty()) return new Reversal.Nothing("Nothing had changed.");
    return new Reversal.Undone(String.join(", ", what) + ".");
  }

  private void undo(
      ActionContext context, Applied applied, List<String> what, List<String> cannot) {
    var ref = applied.ref();
    var now = context.world().cluster().get(ref);
    boolean same =
        now.flatMap(o -> Objects.text(o, "metadata", "uid")).equals(Optional.of(applied.uid()));
    if (applied.created()) {
      if (same) {
        context.world().cluster().delete(ref, applied.uid());
        new Rollout(context).awaitGone(ref, Optional.of(applied.uid()));
      }
      what.add(ref + " is deleted");
      return;
    }
    var before =
        context
            .facts()
            .recall("before " + ref.kind() + "/" + applied.namespace() + "/" + ref.name())
            .flatMap(f -> Objects.at(f, "object"));
    if (before.isEmpty()) {
      cannot.add("What " + ref + " was before was not kept, because it may hold secrets.");
    } else if (!same) {
      cannot.add(ref + " was deleted or made anew meanwhile.");
    } else {
      @SuppressWarnings("unchecked")
      var object = (Map<String, Object>) before.get();
      owners(context).send(ref, object, true, false);
      what.add(ref + " is as it was before");
    }
  }
}
