package runbook.action;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.world.Cluster.Workload;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;

/** Sets the replicas of workloads and waits until no pod is left, or all are ready. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Sets the replicas of workloads and waits until no pod is left, or all are ready.")
public record Scale(
    @Doc("Deployments.") @Touches(value = Thing.DEPLOYMENT, access = Access.CHANGE)
        Optional<List<String>> deployments,
    @Doc("Stateful sets.") @Touches(value = Thing.STATEFUL_SET, access = Access.CHANGE)
        Optional<List<String>> statefulsets,
    @Doc("Cron jobs: 0 suspends them.") @Touches(value = Thing.CRON_JOB, access = Access.CHANGE)
        Optional<List<String>> cronjobs,
    @Doc("How many each shall have.") Optional<Long> replicas,
    @Doc("An earlier step of this type: each gets the replicas that it had before that step.")
        Optional<Scale.Done> restore,
    @Doc("Namespace; the connection's unless given.") Optional<String> namespace)
    implements Action<Scale.Done> {
  private static final String PREVIOUS = "previous";

  /** What the step gives. */
  public record Done(
      @Doc("Namespace of the workloads.") String namespace,
      @Doc(
              "Replicas of each before, under `deployment/name`, `statefulset/name` or `cronjob/name`.")
          Map<String, Long> previous,
      @Doc("Replicas of each now.") Map<String, Long> current)
      implements Output {}

  public Scale {
    Require.that(
        replicas.isPresent() != restore.isPresent(), "Give either `replicas` or `restore`.");
    boolean named = deployments.isPresent() || statefulsets.isPresent() || cronjobs.isPresent();
    if (restore.isPresent()) {
      Require.that(
          !named && namespace.isEmpty(),
          "`restore` says which workloads and where; give nothing beside it.");
    } else {
      Require.that(named, "Name what to scale: `deployments`, `statefulsets` or `cronjobs`.");
    }
    replicas.ifPresent(n -> Require.that(n >= 0 && n <= 10_000, "`replicas` is from 0 to 10000."));
    if (cronjobs.isPresent() && !cronjobs.get().isEmpty()) {
      Require.that(
          replicas.orElse(0L) <= 1,
          "A cron job is suspended by `replicas: 0` and resumed by `replicas: 1`.");
    }
    deployments.ifPresent(all -> all.forEach(n -> Require.name("deployment", n)));
    statefulsets.ifPresent(all -> all.forEach(n -> Require.name("stateful set", n)));
    cronjobs.ifPresent(all -> all.forEach(n -> Require.name("cron job", n)));
    namespace.ifPresent(Require::namespace);
  }

  /** A workload under its written name, such as {@code deployment/site}. */
  private record Key(WorkloadKind kind, String name) {
    static Key parse(String text) {
      int slash = text.indexOf('/');
      return new Key(
          WorkloadKind.valueOf(text.substring(0, slash).toUpperCase()), text.substring(slash + 1));
    }

    /** What has to be there. */
    String object() {
      var word =
          switch (kind) {
            case DEPLOYMENT -> "Deployment";
            case STATEFULSET -> "StatefulSet";
            case CRONJOB -> "CronJob";
          };
      return word + "/" + name;
    }

    String title() {
      return Workloads.title(kind) + " `" + name + "`";
    }

    @Override
    public String toString() {
      return kind.name().toLowerCase() + "/" + name;
    }
  }

  private String space(ActionContext context) {
    return restore.map(Done::namespace).or(this::namespace).orElse(context.namespace());
  }

  private Map<String, Long> wanted() {
    if (restore.isPresent()) return restore.get().previous();
    var wanted = new LinkedHashMap<String, Long>();
    deployments.ifPresent(all -> all.forEach(n -> put(wanted, WorkloadKind.DEPLOYMENT, n)));
    statefulsets.ifPresent(all -> all.forEach(n -> put(wanted, WorkloadKind.STATEFULSET, n)));
    cronjobs.ifPresent(all -> all.forEach(n -> put(wanted, WorkloadKind.CRONJOB, n)));
    return wanted;
  }

  private void put(Map<String, Long> wanted, WorkloadKind kind, String name) {
    wanted.put(new Key(kind, name).toString(), replicas.orElseThrow());
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    var space = space(context);
    for (var entry : wanted().entrySet()) {
      var key = Key.parse(entry.getKey());
      var found =
          preflight.lookAt(
              key.title(), key.object(), () -> find(context, space, List.of(key)).getFirst());
      if (found.isEmpty()) continue;
      long now = found.get().replicas();
      if (now == 0 && restore.isEmpty() && entry.getValue() == 0) {
        preflight.notice(
            key.title(),
            key.kind == WorkloadKind.CRONJOB
                ? "It is suspended already, and will stay so when it is restored."
                : "It has 0 replicas already, and will keep 0 when it is restored.",
            "If an earlier, broken run left it so, put back what it had first.");
      } else {
        preflight.fine(key.title(), now + " → " + entry.getValue());
      }
      for (var scaler : context.world().cluster().autoscalers(key.kind, space, key.name)) {
        preflight.notice(
            key.title(),
            "The autoscaler `" + scaler + "` aims at it.",
            "Kubernetes pauses an autoscaler while its target has 0 replicas; above 0 it may set other numbers than this step.");
      }
    }
    kinds().forEach(kind -> permissions(preflight, space, kind));
    return preflight.findings();
  }

  private Stream<WorkloadKind> kinds() {
    return wanted().keySet().stream().map(k -> Key.parse(k).kind).distinct();
  }

  private static void permissions(Preflight preflight, String space, WorkloadKind kind) {
    switch (kind) {
      case DEPLOYMENT -> preflight.may(space, "update", "apps", "deployments/scale");
      case STATEFULSET -> preflight.may(space, "update", "apps", "statefulsets/scale");
      case CRONJOB -> preflight.may(space, "patch", "batch", "cronjobs");
    }
    if (kind != WorkloadKind.CRONJOB) preflight.may(space, "list", "", "pods");
  }

  /** All of them, in order; a failure that names every one that is missing. */
  private static List<Workload> find(ActionContext context, String space, List<Key> keys) {
    var found = new ArrayList<Workload>();
    var missing = new ArrayList<String>();
    for (var key : keys) {
      context
          .world()
          .cluster()
          .workload(key.kind, space, key.name)
          .ifPresentOrElse(found::add, () -> missing.add(key.title()));
    }
    if (missing.isEmpty()) return found;
    throw Failure.refused(
        "There is no " + String.join(", no ", missing) + " in namespace `" + space + "`.",
        "`kubectl -n " + space + " get deployments,statefulsets,cronjobs` lists what there is.");
  }

  @Override
  public Done run(ActionContext context) {
    var space = space(context);
    var wanted = wanted();
    var previous = recorded(context);
    for (var w : find(context, space, wanted.keySet().stream().map(Key::parse).toList())) {
      // after a crash the world may be changed already: what was recorded then counts
      previous.putIfAbsent(new Key(w.kind(), w.name()).toString(), (long) w.replicas());
    }
    context.facts().record(PREVIOUS, Collections.unmodifiableMap(previous));
    set(context, space, wanted);
    return new Done(space, previous, wanted);
  }

  private static Map<String, Long> recorded(ActionContext context) {
    var out = new LinkedHashMap<String, Long>();
    if (context.facts().recall(PREVIOUS).orElse(Map.of()) instanceof Map<?, ?> map) {
      map.forEach((k, v) -> out.put((String) k, ((Number) v).longValue()));
    }
    return out;
  }

  /** Sets all, then waits for all, so that they go down and come up side by side. */
  private static void set(ActionContext context, String space, Map<String, Long> wanted) {
    var keys = wanted.keySet().stream().map(Key::parse).toList();
    for (var w : find(context, space, keys)) {
      var key = new Key(w.kind(), w.name());
      long n = wanted.get(key.toString());
      if (w.replicas() == n) continue;
      context.progress().say(key + ": " + w.replicas() + " → " + n);
      context.world().cluster().scale(key.kind, space, key.name, (int) n);
    }
    var workloads = new Workloads(context, false);
    for (var key : keys) workloads.await(key.kind, space, key.name, wanted.get(key.toString()));
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return new Recovery.Repeat<>(
        "What was there before is recorded, and setting the same replicas again is harmless.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    if (done.previous().equals(done.current())) {
      return new Reversal.Nothing("All had these replicas before.");
    }
    set(context, done.namespace(), done.previous());
    return new Reversal.Undone("Each has its former replicas: " + numbers(done.previous()) + ".");
  }

  private static String numbers(Map<String, Long> replicas) {
    return String.join(
        ", ", replicas.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }
}
