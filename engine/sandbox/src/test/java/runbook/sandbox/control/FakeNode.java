package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;

/** A node on which every pod runs at once; one with the label {@code end} ends so. */
final class FakeNode implements AutoCloseable {
  private final Store store;
  private final Thread thread;

  /** Names of pods that take no notice of being told to end. */
  final Set<String> stubborn = ConcurrentHashMap.newKeySet();

  FakeNode(Store store) {
    this.store = store;
    var node = Json.object();
    Json.put(node, "metadata.name", "node");
    Json.put(node, "status.conditions", List.of(Map.of("type", "Ready", "status", "True")));
    store.create(Resources.NODES, node);
    thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    try (var watch = store.watch(Resources.PODS, Optional.empty(), store.version())) {
      while (true) {
        var change = watch.next(Duration.ofMillis(100));
        for (var pod : store.list(Resources.PODS, Optional.empty(), _ -> true).items()) look(pod);
        if (watch.hasEnded() && change.isEmpty()) return;
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void look(ObjectNode pod) {
    if (Json.text(pod, "spec.nodeName").isEmpty()) return;
    if (Objects.isGoing(pod)) {
      if (stubborn.contains(Objects.name(pod))) return;
      if (Json.number(pod, "metadata.deletionGracePeriodSeconds").orElse(0L) > 0)
        store.delete(
            Resources.PODS,
            Objects.namespace(pod),
            Objects.name(pod),
            Deletion.now(Objects.uid(pod)));
      return;
    }
    if (!Json.text(pod, "status.phase").equals("Pending") || !attached(pod)) return;
    var end = pod.at("/metadata/labels/end").asText();
    store.modify(
        Resources.PODS,
        Objects.namespace(pod),
        Objects.name(pod),
        p -> {
          Json.put(p, "status.phase", end.isEmpty() ? "Running" : end);
          Json.put(p, "status.podIP", "10.0.0.1");
          if (end.isEmpty())
            Objects.setCondition(p, "Ready", true, "", "", false, store.timestamp());
          return p;
        });
  }

  private boolean attached(ObjectNode pod) {
    return Pods.claims(pod)
        .flatMap(c -> store.get(Resources.CLAIMS, Objects.namespace(pod), c).stream())
        .map(c -> Json.text(c, "spec.volumeName"))
        .allMatch(v ->
            store
                    .list(
                        Resources.ATTACHMENTS,
                        Optional.empty(),
                        a ->
                            Json.text(a, "spec.source.persistentVolumeName").equals(v)
                                && a.at("/status/attached").asBoolean())
                    .items()
                    .size()
                == 1);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
