package runbook.sandbox.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;

/** Tells the cluster that a node is there, by its Lease and its status, every ten seconds. */
final class Heartbeat {
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final String NAMESPACE = "kube-node-lease";

  private final Node node;

  Heartbeat(Node node) {
    this.node = node;
  }

  void start() {
    beat();
    Thread.ofVirtual().name("heartbeat").start(this::run);
  }

  private void run() {
    try {
      while (!node.isClosed()) {
        node.clock().sleep(BEAT);
        // however fast time runs, the machine does not
        Thread.sleep(Duration.ofMillis(10));
        node.power().await();
        beat();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat() {
    String now = node.store().timestamp().replace("Z", ".000000Z");
    Optional<ObjectNode> renewed =
        node.store()
            .modify(
                Resources.LEASES,
                NAMESPACE,
                node.name(),
                lease -> {
                  Json.put(lease, "spec.renewTime", now);
                  return lease;
                });
    if (renewed.isEmpty()) {
      ObjectNode lease = Json.object();
      Json.put(lease, "metadata.name", node.name());
      Json.put(lease, "metadata.namespace", NAMESPACE);
      lease.putObject("spec").put("holderIdentity", node.name()).put("leaseDurationSeconds", 40);
      Json.put(lease, "spec.renewTime", now);
      node.store().create(Resources.LEASES, lease);
    }
    if (!NodeObject.isReady(node.store().get(Resources.NODES, "", node.name()))) {
      node.store()
          .modify(
              Resources.NODES, "", node.name(), n -> NodeObject.ready(n, node.store().timestamp()));
    }
  }
}
