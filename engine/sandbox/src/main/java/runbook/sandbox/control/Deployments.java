package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;

/** Brings pods from an older template to the present one: all at once, or some at a time. */
final class Deployments extends Controller {
  static final String REVISION = "deployment.kubernetes.io/revision";
  private static final String HASH = "pod-template-hash";

  Deployments(Store store) {
    super(store, "deployment-controller");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.DEPLOYMENTS, Resources.REPLICA_SETS, Resources.PODS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    if (change.resource().equals(Resources.DEPLOYMENTS)) return Stream.of(Key.of(change.object()));
    if (change.resource().equals(Resources.REPLICA_SETS))
      return owner(change.object(), "Deployment");
    return owner(change.object(), "ReplicaSet")
        .flatMap(k -> k.in(store, Resources.REPLICA_SETS).stream())
        .flatMap(set -> owner(set, "Deployment"));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.DEPLOYMENTS);
    if (found.isEmpty() || Objects.isGoing(found.get())) return Optional.empty();
    var deployment = found.get();
    var sets = sets(deployment);
    var present = sets.stream().filter(s -> isOf(s, deployment)).findFirst();
    if (deployment.at("/spec/paused").asBoolean()) {
      present.ifPresent(s -> scale(deployment, s, Objects.replicas(deployment)));
    } else {
      var now = present.orElseGet(() -> create(deployment, sets));
      var old = sets.stream().filter(s -> !Objects.uid(s).equals(Objects.uid(now))).toList();
      revise(deployment, now, old);
      if (Json.text(deployment, "spec.strategy.type").equals("Recreate"))
        recreate(deployment, now, old);
      else new RollingUpdate(this, deployment, now, old).step();
      forget(deployment, old);
    }
    return new DeploymentStatus(store, deployment).report(sets(deployment));
  }

  private List<ObjectNode> sets(ObjectNode deployment) {
    return Objects.children(store, Resources.REPLICA_SETS, deployment).stream()
        .filter(s -> !Objects.isGoing(s))
        .sorted(Comparator.comparing(s -> Json.text(s, "metadata.creationTimestamp")))
        .toList();
  }

  /** Whether a set has the present template; its hash is the controller's own. */
  static boolean isOf(ObjectNode set, ObjectNode deployment) {
    var own = set.at("/spec/template").deepCopy();
    if (own instanceof ObjectNode o) Json.remove(o, "metadata.labels." + HASH);
    return own.equals(deployment.at("/spec/template"));
  }

  private ObjectNode create(ObjectNode deployment, List<ObjectNode> others) {
    var template = (ObjectNode) deployment.at("/spec/template").deepCopy();
    var hash = Objects.hash(template);
    var set = Json.object();
    Json.put(set, "metadata.name", Objects.name(deployment) + "-" + hash);
    Json.put(set, "metadata.namespace", Objects.namespace(deployment));
    Json.within(template, "metadata.labels").put(HASH, hash);
    Json.put(set, "metadata.labels", template.at("/metadata/labels").deepCopy());
    Json.entries(deployment, "metadata.annotations")
        .filter(e -> !e.getKey().startsWith("kubectl.kubernetes.io/last-applied"))
        .forEach(e -> Json.within(set, "metadata.annotations").set(e.getKey(), e.getValue()));
    Json.within(set, "metadata").putArray("ownerReferences").add(Objects.reference(deployment));
    Json.put(set, "spec.replicas", 0);
    Json.put(set, "spec.selector", deployment.at("/spec/selector").deepCopy());
    Json.within(set, "spec.selector.matchLabels").put(HASH, hash);
    Json.put(set, "spec.template", template);
    Json.number(deployment, "spec.minReadySeconds")
        .ifPresent(s -> Json.put(set, "spec.minReadySeconds", s));
    return store.create(Resources.REPLICA_SETS, set);
  }

  private static long revision(ObjectNode of) {
    var text = of.at("/metadata/annotations").path(REVISION).asText("0");
    return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
  }

  /** The present template is the latest revision, also when it was one before. */
  private void revise(ObjectNode deployment, ObjectNode now, List<ObjectNode> old) {
    long latest = old.stream().mapToLong(Deployments::revision).max().orElse(0);
    long own = Math.max(revision(now), latest + 1);
    annotate(Resources.REPLICA_SETS, now, REVISION, Long.toString(own));
    annotate(Resources.DEPLOYMENTS, deployment, REVISION, Long.toString(own));
  }

  private void annotate(Resource resource, ObjectNode object, String key, String value) {
    store.modify(
        resource,
        Objects.namespace(object),
        Objects.name(object),
        o -> {
          Json.within(o, "metadata.annotations").put(key, value);
          return o;
        });
  }

  /** The new pods wait until the last old one is gone, which also holds while it terminates. */
  private void recreate(ObjectNode deployment, ObjectNode now, List<ObjectNode> old) {
    old.forEach(s -> scale(deployment, s, 0));
    boolean left =
        old.stream()
            .flatMap(s -> Objects.children(store, Resources.PODS, s).stream())
            .anyMatch(p -> !Pods.hasEnded(p));
    if (!left) scale(deployment, now, Objects.replicas(deployment));
  }

  void scale(ObjectNode deployment, ObjectNode set, long wanted) {
    long before = Objects.replicas(set);
    store.modify(
        Resources.REPLICA_SETS,
        Objects.namespace(set),
        Objects.name(set),
        s -> {
          Json.put(s, "spec.replicas", wanted);
          var annotations = Json.within(s, "metadata.annotations");
          long replicas = Objects.replicas(deployment);
          annotations.put("deployment.kubernetes.io/desired-replicas", Long.toString(replicas));
          annotations.put(
              "deployment.kubernetes.io/max-replicas",
              Long.toString(replicas + RollingUpdate.surge(deployment)));
          return s;
        });
    if (before != wanted)
      events.normal(
          deployment,
          "ScalingReplicaSet",
          "Scaled %s replica set %s from %d to %d"
              .formatted(before < wanted ? "up" : "down", Objects.name(set), before, wanted));
  }

  /** Only so many of the former sets are kept, to go back to. */
  private void forget(ObjectNode deployment, List<ObjectNode> old) {
    long kept = Json.number(deployment, "spec.revisionHistoryLimit").orElse(10L);
    ToLongFunction<ObjectNode> age = Deployments::revision;
    var idle =
        old.stream()
            .filter(s -> Objects.replicas(s) == 0 && Objects.status(s, "replicas") == 0)
            .sorted(Comparator.comparingLong(age))
            .toList();
    for (var set : idle.subList(0, (int) Math.max(0, idle.size() - kept)))
      store.delete(
          Resources.REPLICA_SETS, Objects.namespace(set), Objects.name(set), Deletion.USUAL);
  }
}
