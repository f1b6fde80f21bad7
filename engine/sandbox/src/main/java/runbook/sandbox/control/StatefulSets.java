package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;

/** Keeps numbered pods, each with claims of its own, one after the other unless told otherwise. */
final class StatefulSets extends Controller {
  private static final String REVISION = "controller-revision-hash";

  StatefulSets(Store store) {
    super(store, "statefulset-controller");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.STATEFUL_SETS, Resources.PODS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    return change.resource().equals(Resources.PODS)
        ? owner(change.object(), "StatefulSet")
        : Stream.of(Key.of(change.object()));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.STATEFUL_SETS);
    if (found.isEmpty()) return Optional.empty();
    var set = found.get();
    var revision = revision(set);
    if (!Objects.isGoing(set)) step(set, pods(set), revision);
    report(set, revision);
    return Optional.empty();
  }

  private TreeMap<Integer, ObjectNode> pods(ObjectNode set) {
    var pods = new TreeMap<Integer, ObjectNode>();
    for (var pod : Objects.children(store, Resources.PODS, set)) {
      var name = Objects.name(pod);
      pods.put(Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)), pod);
    }
    return pods;
  }

  /** One thing at a time, unless pods are managed in parallel. */
  private void step(ObjectNode set, TreeMap<Integer, ObjectNode> pods, String revision) {
    boolean parallel = Json.text(set, "spec.podManagementPolicy").equals("Parallel");
    long wanted = Objects.replicas(set);
    for (int i = 0; i < wanted; i++) {
      var pod = Optional.ofNullable(pods.get(i));
      if (pod.filter(Pods::hasEnded).isPresent()) {
        delete(set, pod.get());
        if (!parallel) return;
      } else if (pod.isEmpty()) {
        create(set, i, revision);
        if (!parallel) return;
      } else if (!parallel && (Objects.isGoing(pod.get()) || !Pods.isReady(pod.get()))) {
        return;
      }
    }
    for (var surplus : pods.descendingMap().entrySet()) {
      if (surplus.getKey() < wanted) break;
      if (!Objects.isGoing(surplus.getValue())) delete(set, surplus.getValue());
      if (!parallel) return;
    }
    update(set, pods, revision);
  }

  /** From the last pod down, each time when all are well. */
  private void update(ObjectNode set, TreeMap<Integer, ObjectNode> pods, String revision) {
    if (!Json.text(set, "spec.updateStrategy.type").equals("RollingUpdate")) return;
    long partition = Json.number(set, "spec.updateStrategy.rollingUpdate.partition").orElse(0L);
    for (var e : pods.descendingMap().entrySet()) {
      var pod = e.getValue();
      if (e.getKey() < partition) return;
      if (Objects.isGoing(pod)) return;
      if (!isOf(pod, revision)) {
        delete(set, pod);
        return;
      }
      if (!Pods.isReady(pod)) return;
    }
  }

  private static boolean isOf(ObjectNode pod, String revision) {
    return pod.at("/metadata/labels").path(REVISION).asText().equals(revision);
  }

  private void create(ObjectNode set, int ordinal, String revision) {
    var name = Objects.name(set) + "-" + ordinal;
    var pod = Pods.of(set, set.at("/spec/template"));
    Json.remove(pod, "metadata.generateName");
    Json.put(pod, "metadata.name", name);
    Json.within(pod, "metadata.labels")
        .put(REVISION, revision)
        .put("statefulset.kubernetes.io/pod-name", name)
        .put("apps.kubernetes.io/pod-index", Integer.toString(ordinal));
    Json.put(pod, "spec.hostname", name);
    var service = Json.text(set, "spec.serviceName");
    if (!service.isEmpty()) Json.put(pod, "spec.subdomain", service);
    for (var template : Json.items(set, "spec.volumeClaimTemplates").toList()) {
      var volume = Objects.name(template);
      var claim = volume + "-" + name;
      claim(set, (ObjectNode) template, claim);
      Json.within(pod, "spec")
          .withArrayProperty("volumes")
          .add(
              Json.of(Map.of("name", volume, "persistentVolumeClaim", Map.of("claimName", claim))));
    }
    Pods.create(store, pod);
    events.normal(
        set,
        "SuccessfulCreate",
        "create Pod " + name + " in StatefulSet " + Objects.name(set) + " successful");
  }

  /** A claim outlives the pod, and the set. */
  private void claim(ObjectNode set, ObjectNode template, String name) {
    if (store.get(Resources.CLAIMS, Objects.namespace(set), name).isPresent()) return;
    var claim = template.deepCopy();
    Json.put(claim, "metadata.name", name);
    Json.put(claim, "metadata.namespace", Objects.namespace(set));
    Json.entries(set, "spec.selector.matchLabels")
        .forEach(e -> Json.within(claim, "metadata.labels").set(e.getKey(), e.getValue()));
    Objects.addFinalizer(claim, "kubernetes.io/pvc-protection");
    Json.put(claim, "status.phase", "Pending");
    store.create(Resources.CLAIMS, claim);
    events.normal(
        set,
        "SuccessfulCreate",
        "create Claim %s Pod %s in StatefulSet %s success"
            .formatted(name, name.substring(name.indexOf('-') + 1), Objects.name(set)));
  }

  private void delete(ObjectNode set, ObjectNode pod) {
    if (Objects.isGoing(pod)) return;
    store.delete(Resources.PODS, Objects.namespace(pod), Objects.name(pod), Deletion.USUAL);
    events.normal(
        set,
        "SuccessfulDelete",
        "delete Pod " + Objects.name(pod) + " in StatefulSet " + Objects.name(set) + " successful");
  }

  /** The revision of the present template, which is kept to be gone back to. */
  private String revision(ObjectNode set) {
    var name = Objects.name(set) + "-" + Objects.hash(set.at("/spec/template"));
    if (store.get(Resources.CONTROLLER_REVISIONS, Objects.namespace(set), name).isEmpty()) {
      var revision = Json.object();
      Json.put(revision, "metadata.name", name);
      Json.put(revision, "metadata.namespace", Objects.namespace(set));
      Json.put(revision, "metadata.labels", set.at("/spec/template/metadata/labels"));
      Json.within(revision, "metadata").putArray("ownerReferences").add(Objects.reference(set));
      Json.put(revision, "data.spec.template", set.at("/spec/template"));
      revision.put(
          "revision", 1 + Objects.children(store, Resources.CONTROLLER_REVISIONS, set).size());
      store.create(Resources.CONTROLLER_REVISIONS, revision);
    }
    return name;
  }

  private void report(ObjectNode set, String revision) {
    var pods = pods(set).values().stream().filter(p -> !Objects.isGoing(p)).toList();
    long updated = pods.stream().filter(p -> isOf(p, revision)).count();
    long ready = pods.stream().filter(Pods::isReady).count();
    store.modify(
        Resources.STATEFUL_SETS,
        Objects.namespace(set),
        Objects.name(set),
        s -> {
          var status = Json.within(s, "status");
          boolean all = updated == pods.size();
          var before = status.path("currentRevision").asText(revision);
          status.put("currentRevision", all ? revision : before);
          status.put("updateRevision", revision);
          status.put("replicas", pods.size());
          ReplicaSets.put(status, "readyReplicas", ready);
          status.put("availableReplicas", ready);
          ReplicaSets.put(status, "updatedReplicas", updated);
          ReplicaSets.put(status, "currentReplicas", all ? pods.size() : pods.size() - updated);
          status.put("collisionCount", 0);
          status.put("observedGeneration", set.at("/metadata/generation").asLong());
          return s;
        });
  }
}
