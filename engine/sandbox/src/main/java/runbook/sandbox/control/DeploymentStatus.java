package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** What a deployment tells of itself: numbers, and the conditions Available and Progressing. */
final class DeploymentStatus {
  private final Store store;
  private final ObjectNode deployment;

  DeploymentStatus(Store store, ObjectNode deployment) {
    this.store = store;
    this.deployment = deployment;
  }

  /**
   * @return when to look whether it took too long
   */
  Optional<Duration> report(List<ObjectNode> sets) {
    var changed =
        store.modify(
            Resources.DEPLOYMENTS,
            Objects.namespace(deployment),
            Objects.name(deployment),
            d -> {
              // what was looked at is this generation, though a later one may be there
              fill(d, sets);
              return d;
            });
    var progressing = changed.flatMap(d -> Objects.condition(d, "Progressing"));
    if (progressing.isEmpty()
        || Json.text(progressing.get(), "reason")
            .matches("NewReplicaSetAvailable|DeploymentPaused|ProgressDeadlineExceeded"))
      return Optional.empty();
    return Optional.of(Duration.ofSeconds(5));
  }

  private void fill(ObjectNode d, List<ObjectNode> sets) {
    var status = Json.within(d, "status");
    var now = sets.stream().filter(s -> Deployments.isOf(s, d)).findFirst();
    long before = status.path("updatedReplicas").asLong() + status.path("readyReplicas").asLong();
    long replicas = sum(sets, "replicas");
    long available = sum(sets, "availableReplicas");
    long updated = now.map(s -> Objects.status(s, "replicas")).orElse(0L);
    ReplicaSets.put(status, "replicas", replicas);
    ReplicaSets.put(status, "updatedReplicas", updated);
    ReplicaSets.put(status, "readyReplicas", sum(sets, "readyReplicas"));
    ReplicaSets.put(status, "availableReplicas", available);
    ReplicaSets.put(
        status,
        "unavailableReplicas",
        Math.max(0, sets.stream().mapToLong(Objects::replicas).sum() - available));
    status.put("terminatingReplicas", sum(sets, "terminatingReplicas"));
    status.put("observedGeneration", deployment.at("/metadata/generation").asLong());
    long wanted = Objects.replicas(d);
    available(d, available, wanted);
    boolean complete =
        updated == wanted && replicas == wanted && available == wanted && now.isPresent();
    boolean moved =
        before != status.path("updatedReplicas").asLong() + status.path("readyReplicas").asLong();
    progressing(d, now.map(Objects::name).orElse(""), complete, moved);
  }

  private static long sum(List<ObjectNode> sets, String field) {
    return sets.stream().mapToLong(s -> Objects.status(s, field)).sum();
  }

  private void available(ObjectNode d, long available, long wanted) {
    var unavailable = d.at("/spec/strategy/rollingUpdate/maxUnavailable");
    double may =
        unavailable.isMissingNode()
            ? 0
            : unavailable.isIntegralNumber()
                ? unavailable.asDouble()
                : Math.floor(
                    Double.parseDouble(unavailable.asText().replace("%", "")) * wanted / 100);
    boolean is = available >= wanted - may;
    Objects.setCondition(
        d,
        "Available",
        is,
        is ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        is
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.",
        true,
        store.timestamp());
  }

  private void progressing(ObjectNode d, String set, boolean complete, boolean moved) {
    var now = store.timestamp();
    var quoted = "ReplicaSet \"" + set + "\" ";
    if (d.at("/spec/paused").asBoolean()) {
      Objects.setCondition(
          d, "Progressing", true, "DeploymentPaused", "Deployment is paused", true, now);
    } else if (complete) {
      var said = quoted + "has successfully progressed.";
      Objects.setCondition(d, "Progressing", true, "NewReplicaSetAvailable", said, true, now);
    } else if (isLate(d) && !moved) {
      var said = quoted + "has timed out progressing.";
      Objects.setCondition(d, "Progressing", false, "ProgressDeadlineExceeded", said, true, now);
    } else {
      var said = quoted + "is progressing.";
      Objects.setCondition(d, "Progressing", true, "ReplicaSetUpdated", said, true, now);
      if (moved)
        Objects.condition(d, "Progressing")
            .ifPresent(c -> ((ObjectNode) c).put("lastUpdateTime", now));
    }
  }

  private boolean isLate(ObjectNode d) {
    var last = Objects.condition(d, "Progressing");
    if (last.isEmpty()) return false;
    // it was done, and something began anew
    if (Json.text(last.get(), "reason").equals("NewReplicaSetAvailable")) return false;
    if (Json.text(last.get(), "reason").equals("ProgressDeadlineExceeded")) return true;
    long seconds = Json.number(d, "spec.progressDeadlineSeconds").orElse(600L);
    return Instant.parse(Json.text(last.get(), "lastUpdateTime"))
        .plusSeconds(seconds)
        .isBefore(store.now());
  }
}
