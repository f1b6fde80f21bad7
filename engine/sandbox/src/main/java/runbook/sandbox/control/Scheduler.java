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

/** Gives each pod a node once its claims are bound. */
final class Scheduler extends Controller {
  private static final String NONE = "0/1 nodes are available: ";
  private static final String NO_HELP =
      " preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";

  Scheduler(Store store) {
    super(store, "default-scheduler");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.PODS, Resources.CLAIMS, Resources.NODES);
  }

  @Override
  Stream<Key> concerned(Change change) {
    if (change.resource().equals(Resources.PODS)
        && change.type() != Change.Type.DELETED
        && !Pods.hasEnded(change.object())) return Stream.of(Key.of(change.object()));
    return store
        .list(Resources.PODS, Optional.empty(), p -> Json.text(p, "spec.nodeName").isEmpty())
        .items()
        .stream()
        .map(Key::of);
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.PODS);
    if (found.isEmpty()
        || !Json.text(found.get(), "spec.nodeName").isEmpty()
        || Objects.isGoing(found.get())
        || Json.items(found.get(), "spec.schedulingGates").findAny().isPresent())
      return Optional.empty();
    var pod = found.get();
    var node = node();
    var why =
        node.isEmpty()
            ? Optional.of("no nodes available to schedule pods")
            : obstacle(pod, node.get());
    if (why.isPresent()) refuse(pod, why.get());
    else bind(pod, Objects.name(node.get()));
    return Optional.empty();
  }

  private Optional<ObjectNode> node() {
    return store.list(Resources.NODES, Optional.empty(), _ -> true).items().stream().findFirst();
  }

  private Optional<String> obstacle(ObjectNode pod, ObjectNode node) {
    if (node.at("/spec/unschedulable").asBoolean())
      return Optional.of(NONE + "1 node(s) were unschedulable." + NO_HELP);
    if (!Objects.isTrue(node, "Ready"))
      return Optional.of(
          NONE + "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }." + NO_HELP);
    for (var e : Json.entries(pod, "spec.nodeSelector").toList())
      if (!node.at("/metadata/labels").path(e.getKey()).equals(e.getValue()))
        return Optional.of(NONE + "1 node(s) didn't match Pod's node affinity/selector." + NO_HELP);
    for (var name : Pods.claims(pod).toList()) {
      var claim = store.get(Resources.CLAIMS, Objects.namespace(pod), name);
      if (claim.isEmpty())
        return Optional.of(NONE + "persistentvolumeclaim \"" + name + "\" not found." + NO_HELP);
      if (Objects.isGoing(claim.get()))
        return Optional.of(
            NONE + "persistentvolumeclaim \"" + name + "\" is being deleted." + NO_HELP);
      if (!Json.text(claim.get(), "status.phase").equals("Bound")) {
        if (waitsForPod(claim.get())) select(claim.get(), Objects.name(node));
        return Optional.of(NONE + "pod has unbound immediate PersistentVolumeClaims." + NO_HELP);
      }
      if (isTaken(pod, claim.get()))
        return Optional.of(
            NONE
                + "1 node has pod using PersistentVolumeClaim with the same name and"
                + " ReadWriteOncePod access mode."
                + NO_HELP);
    }
    return Optional.empty();
  }

  private boolean waitsForPod(ObjectNode claim) {
    return store
        .get(Resources.STORAGE_CLASSES, "", Json.text(claim, "spec.storageClassName"))
        .filter(c -> Json.text(c, "volumeBindingMode").equals("WaitForFirstConsumer"))
        .isPresent();
  }

  private void select(ObjectNode claim, String node) {
    store.modify(
        Resources.CLAIMS,
        Objects.namespace(claim),
        Objects.name(claim),
        c -> {
          Json.within(c, "metadata.annotations").put("volume.kubernetes.io/selected-node", node);
          return c;
        });
  }

  /** Whether another pod has the claim, of which only one may have it. */
  private boolean isTaken(ObjectNode pod, ObjectNode claim) {
    if (Json.items(claim, "spec.accessModes").noneMatch(m -> m.asText().equals("ReadWriteOncePod")))
      return false;
    return !store
        .list(
            Resources.PODS,
            Optional.of(Objects.namespace(pod)),
            p ->
                !Json.text(p, "spec.nodeName").isEmpty()
                    && !Pods.hasEnded(p)
                    && Pods.claims(p).anyMatch(Objects.name(claim)::equals))
        .items()
        .isEmpty();
  }

  private void refuse(ObjectNode pod, String why) {
    var before = Objects.condition(pod, "PodScheduled").map(c -> Json.text(c, "message"));
    if (before.filter(why::equals).isPresent()) return;
    store.modify(
        Resources.PODS,
        Objects.namespace(pod),
        Objects.name(pod),
        p -> {
          Objects.setCondition(
              p, "PodScheduled", false, "Unschedulable", why, false, store.timestamp());
          return p;
        });
    events.warning(pod, "FailedScheduling", why);
  }

  private void bind(ObjectNode pod, String node) {
    store.modify(
        Resources.PODS,
        Objects.namespace(pod),
        Objects.name(pod),
        p -> {
          Json.put(p, "spec.nodeName", node);
          Objects.setCondition(p, "PodScheduled", true, "", "", false, store.timestamp());
          Objects.condition(p, "PodScheduled")
              .ifPresent(c -> ((ObjectNode) c).remove(List.of("reason", "message")));
          return p;
        });
    events.normal(
        pod,
        "Scheduled",
        "Successfully assigned %s/%s to %s"
            .formatted(Objects.namespace(pod), Objects.name(pod), node));
  }
}
