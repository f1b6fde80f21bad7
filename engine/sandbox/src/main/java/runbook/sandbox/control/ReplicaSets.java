package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;

/** Keeps as many pods of one template as are wanted. */
final class ReplicaSets extends Controller {
  ReplicaSets(Store store) {
    super(store, "replicaset-controller");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.REPLICA_SETS, Resources.PODS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    return change.resource().equals(Resources.PODS)
        ? owner(change.object(), "ReplicaSet")
        : Stream.of(Key.of(change.object()));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.REPLICA_SETS);
    if (found.isEmpty()) return Optional.empty();
    var set = found.get();
    var pods = Objects.children(store, Resources.PODS, set);
    var active = pods.stream().filter(Pods::isActive).toList();
    if (!Objects.isGoing(set)) replicate(set, active);
    return report(set);
  }

  private void replicate(ObjectNode set, List<ObjectNode> active) {
    long missing = Objects.replicas(set) - active.size();
    for (long i = 0; i < missing; i++) {
      var pod = Pods.create(store, Pods.of(set, set.at("/spec/template")));
      events.normal(set, "SuccessfulCreate", "Created pod: " + Objects.name(pod));
    }
    if (missing >= 0) return;
    for (var pod : active.stream().sorted(Pods.RANK).limit(-missing).toList()) {
      store.delete(Resources.PODS, Objects.namespace(pod), Objects.name(pod), Deletion.USUAL);
      events.normal(set, "SuccessfulDelete", "Deleted pod: " + Objects.name(pod));
    }
  }

  private Optional<Duration> report(ObjectNode set) {
    var all = Objects.children(store, Resources.PODS, set);
    var pods = all.stream().filter(Pods::isActive).toList();
    long seconds = Json.number(set, "spec.minReadySeconds").orElse(0L);
    long ready = pods.stream().filter(Pods::isReady).count();
    long available = pods.stream().filter(p -> Pods.isAvailable(p, seconds, store.now())).count();
    store.modify(
        Resources.REPLICA_SETS,
        Objects.namespace(set),
        Objects.name(set),
        s -> {
          var status = Json.within(s, "status");
          status.put("replicas", pods.size());
          put(status, "fullyLabeledReplicas", pods.size());
          put(status, "readyReplicas", ready);
          put(status, "availableReplicas", available);
          status.put(
              "terminatingReplicas",
              all.stream().filter(p -> Objects.isGoing(p) && !Pods.hasEnded(p)).count());
          status.put("observedGeneration", s.at("/metadata/generation").asLong());
          return s;
        });
    return ready > available ? Optional.of(Pods.moment()) : Optional.empty();
  }

  /** A number that is left out when it is none. */
  static void put(ObjectNode status, String key, long number) {
    if (number == 0) status.remove(key);
    else status.put(key, number);
  }
}
