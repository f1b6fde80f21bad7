package runbook.sandbox.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** Waits until every workload of a namespace has as many pods ready as it wants. */
final class Readiness {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Store store;
  private final String namespace;

  Readiness(Store store, String namespace) {
    this.store = store;
    this.namespace = namespace;
  }

  void await() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<String> missing;
    do {
      missing = missing();
      if (missing.isEmpty()) return;
      Thread.sleep(PAUSE);
    } while (System.nanoTime() < end);
    throw new IOException(
        "Not ready within %d min: %s. Look at `kubectl describe pod` and the logs."
            .formatted(PATIENCE.toMinutes(), String.join(", ", missing)));
  }

  private List<String> missing() {
    return Stream.of(Resources.DEPLOYMENTS, Resources.STATEFUL_SETS)
        .flatMap(r -> store.list(r, Optional.of(namespace), _ -> true).items().stream())
        .filter(o -> !isReady(o))
        .map(o -> Json.text(o, "metadata.name"))
        .toList();
  }

  private static boolean isReady(ObjectNode workload) {
    return workload.at("/status/readyReplicas").asLong()
            == Json.number(workload, "spec.replicas").orElse(1L)
        && workload.at("/status/observedGeneration").asLong()
            == workload.at("/metadata/generation").asLong();
  }
}
