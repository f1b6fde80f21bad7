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
import runbook.sandbox.store.Store;

/**
 * Keeps replicas within an autoscaler's bounds. There are no metrics here, so nothing else moves
 * them; none at all means that it is switched off, as in a real cluster.
 */
final class Autoscalers extends Controller {
  Autoscalers(Store store) {
    super(store, "horizontal-pod-autoscaler");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.AUTOSCALERS, Resources.DEPLOYMENTS, Resources.STATEFUL_SETS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    if (change.resource().equals(Resources.AUTOSCALERS)) return Stream.of(Key.of(change.object()));
    return store
        .list(
            Resources.AUTOSCALERS,
            Optional.of(Objects.namespace(change.object())),
            a -> Json.text(a, "spec.scaleTargetRef.name").equals(Objects.name(change.object())))
        .items()
        .stream()
        .map(Key::of);
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.AUTOSCALERS);
    if (found.isEmpty()) return Optional.empty();
    var scaler = found.get();
    var kind = Json.text(scaler, "spec.scaleTargetRef.kind");
    var resource = Resources.ofKind(Json.text(scaler, "spec.scaleTargetRef.apiVersion"), kind);
    var name = Json.text(scaler, "spec.scaleTargetRef.name");
    var target = resource.flatMap(r -> store.get(r, key.namespace(), name));
    if (target.isEmpty()) return Optional.empty();
    long is = Objects.replicas(target.get());
    long least = Json.number(scaler, "spec.minReplicas").orElse(1L);
    long most = Json.number(scaler, "spec.maxReplicas").orElse(is);
    long wanted = is == 0 ? 0 : Math.min(most, Math.max(least, is));
    if (wanted != is) {
      store.modify(
          resource.get(),
          key.namespace(),
          name,
          o -> {
            Json.put(o, "spec.replicas", wanted);
            return o;
          });
      events.normal(
          scaler,
          "SuccessfulRescale",
          "New size: %d; reason: Current number of replicas %s"
              .formatted(
                  wanted, is < wanted ? "below Spec.MinReplicas" : "above Spec.MaxReplicas"));
    }
    report(scaler, target.get(), wanted);
    return Optional.empty();
  }

  private void report(ObjectNode scaler, ObjectNode target, long wanted) {
    store.modify(
        Resources.AUTOSCALERS,
        Objects.namespace(scaler),
        Objects.name(scaler),
        s -> {
          Json.put(s, "status.currentReplicas", Objects.status(target, "replicas"));
          Json.put(s, "status.desiredReplicas", wanted);
          Objects.setCondition(
              s,
              "ScalingActive",
              false,
              wanted == 0 ? "ScalingDisabled" : "FailedGetResourceMetric",
              wanted == 0
                  ? "scaling is disabled since the replica count of the target is zero"
                  : "the HPA was unable to compute the replica count: there are no metrics here",
              false,
              store.timestamp());
          return s;
        });
  }
}
