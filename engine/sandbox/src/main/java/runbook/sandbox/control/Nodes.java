package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;
import runbook.sandbox.time.SandboxClock;

/**
 * Notices nodes of which nothing is heard. After 40 seconds such a node is {@code Unknown} and its
 * pods are not ready; five minutes later they are to go, and stay {@code Terminating} until the
 * node comes back and can say that their processes have ended.
 */
final class Nodes extends Controller {
  private static final Duration SILENCE = Duration.ofSeconds(40);
  private static final Duration TOLERATION = Duration.ofSeconds(300);
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** In real time: a machine that is busy for a moment is no node that is gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String LEASES = "kube-node-lease";
  private static final String TAINT = "node.kubernetes.io/unreachable";
  private static final String WHY = "NodeStatusUnknown";
  private static final String WORDS = "Kubelet stopped posting node status.";

  /**
   * When a Lease was seen to be renewed, by the time that has passed; not by its own clock.
   *
   * @param missed how many looks since then came too late
   */
  private record Heard(String renewal, Duration at, int missed) {}

  private final SandboxClock clock;
  private final Map<String, Heard> heard = new HashMap<>();
  private final Map<String, Duration> silentSince = new HashMap<>();

  Nodes(Store store, SandboxClock clock) {
    super(store, "node-controller");
    this.clock = clock;
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.NODES);
  }

  @Override
  Stream<Key> concerned(Change change) {
    return Stream.of(Key.of(change.object()));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var node = key.in(store, Resources.NODES);
    if (node.isEmpty()) return Optional.empty();
    if (isSilent(key.name())) silent(node.get());
    else if (silentSince.remove(key.name()) != null) back(key.name());
    return Optional.of(LOOK);
  }

  private boolean isSilent(String node) {
    var renewal =
        store
            .get(Resources.LEASES, LEASES, node)
            .map(l -> Json.text(l, "spec.renewTime"))
            .orElse("");
    var now = clock.elapsed();
    var last = heard.get(node);
    if (last == null || !last.renewal.equals(renewal)) {
      heard.put(node, new Heard(renewal, now, 0));
      return false;
    }
    var patience = Duration.ofMillis((long) (PATIENCE.toMillis() * clock.factor()));
    var limit = patience.compareTo(SILENCE) > 0 ? patience : SILENCE;
    if (now.minus(last.at).compareTo(limit) <= 0) return false;
    heard.put(node, new Heard(renewal, last.at, last.missed + 1));
    // time may have been moved on, and the node not have had its chance yet
    return last.missed > 0;
  }

  private void silent(ObjectNode node) {
    var name = Objects.name(node);
    var since = silentSince.get(name);
    if (since == null) {
      silentSince.put(name, clock.elapsed());
      store.modify(Resources.NODES, "", name, this::unknown);
      events.normal(node, "NodeNotReady", "Node " + name + " status is now: NodeNotReady");
      for (var pod : pods(name)) notReady(pod);
      return;
    }
    var silence = clock.elapsed().minus(since);
    for (var pod : pods(name))
      if (!Objects.isGoing(pod)
          && toleration(pod).filter(t -> silence.compareTo(t) > 0).isPresent()) evict(pod);
  }

  private List<ObjectNode> pods(String node) {
    return store
        .list(Resources.PODS, Optional.empty(), p -> Json.text(p, "spec.nodeName").equals(node))
        .items();
  }

  private ObjectNode unknown(ObjectNode node) {
    var now = store.timestamp();
    Json.items(node, "status.conditions")
        .map(ObjectNode.class::cast)
        .forEach(c ->
            c.put("status", "Unknown")
                .put("reason", WHY)
                .put("message", WORDS)
                .put("lastTransitionTime", now));
    var taints = Json.within(node, "spec").putArray("taints");
    for (var effect : List.of("NoSchedule", "NoExecute"))
      taints.addObject().put("effect", effect).put("key", TAINT).put("timeAdded", now);
    return node;
  }

  private void notReady(ObjectNode pod) {
    var now = store.timestamp();
    store.modify(
        Resources.PODS,
        Objects.namespace(pod),
        Objects.name(pod),
        p -> {
          Objects.condition(p, "Ready")
              .filter(c -> Json.text(c, "status").equals("True"))
              .map(ObjectNode.class::cast)
              .ifPresent(c -> c.put("status", "False").put("lastTransitionTime", now));
          return p;
        });
    events.warning(pod, "NodeNotReady", "Node is not ready");
  }

  /** How long a pod stays on a node that is silent; none: for ever. */
  private static Optional<Duration> toleration(ObjectNode pod) {
    return Json.items(pod, "spec.tolerations")
        .filter(t -> Json.text(t, "key").equals(TAINT) || Json.text(t, "key").isEmpty())
        .findFirst()
        .map(t -> Json.number(t, "tolerationSeconds").map(Duration::ofSeconds))
        .orElse(Optional.of(TOLERATION));
  }

  private void evict(ObjectNode pod) {
    events.normal(
        pod,
        "TaintManagerEviction",
        "Marking for deletion Pod " + Objects.namespace(pod) + "/" + Objects.name(pod));
    store.delete(Resources.PODS, Objects.namespace(pod), Objects.name(pod), Deletion.USUAL);
  }

  private void back(String node) {
    store.modify(
        Resources.NODES,
        "",
        node,
        n -> {
          Json.within(n, "spec").remove("taints");
          return n;
        });
  }
}
