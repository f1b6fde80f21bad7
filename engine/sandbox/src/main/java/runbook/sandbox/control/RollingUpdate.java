package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One step of a deployment that exchanges some pods at a time. */
final class RollingUpdate {
  private final Deployments controller;
  private final ObjectNode deployment;
  private final ObjectNode now;
  private final List<ObjectNode> old;
  private final long wanted;

  RollingUpdate(
      Deployments controller, ObjectNode deployment, ObjectNode now, List<ObjectNode> old) {
    this.controller = controller;
    this.deployment = deployment;
    this.now = now;
    this.old = old;
    this.wanted = Objects.replicas(deployment);
  }

  /** How many pods there may be more than are wanted; none when all are exchanged at once. */
  static long surge(ObjectNode deployment) {
    var value = deployment.at("/spec/strategy/rollingUpdate/maxSurge");
    return value.isMissingNode() ? 0 : share(value, Objects.replicas(deployment), true);
  }

  private long unavailable() {
    var value = deployment.at("/spec/strategy/rollingUpdate/maxUnavailable");
    long n = value.isMissingNode() ? 0 : share(value, wanted, false);
    // with neither, nothing would ever move
    return n == 0 && surge(deployment) == 0 ? 1 : n;
  }

  private static long share(JsonNode value, long of, boolean up) {
    if (value.isIntegralNumber()) return value.asLong();
    double percent = Double.parseDouble(value.asText().replace("%", "")) * of / 100;
    return (long) (up ? Math.ceil(percent) : Math.floor(percent));
  }

  void step() {
    long all = Objects.replicas(now) + old.stream().mapToLong(Objects::replicas).sum();
    long present = Objects.replicas(now);
    if (present > wanted) {
      controller.scale(deployment, now, wanted);
    } else if (present < wanted) {
      long room = wanted + surge(deployment) - all;
      if (room > 0) controller.scale(deployment, now, Math.min(wanted, present + room));
    }
    shrink(all);
  }

  private void shrink(long all) {
    long least = wanted - unavailable();
    long unavailableOfNow = Objects.replicas(now) - Objects.status(now, "availableReplicas");
    long may = all - least - unavailableOfNow;
    // what does not work goes first
    for (var set : old) {
      long sick = Objects.replicas(set) - Objects.status(set, "availableReplicas");
      long n = Math.min(Math.max(0, sick), Math.max(0, may));
      if (n == 0) continue;
      controller.scale(deployment, set, Objects.replicas(set) - n);
      set.withObjectProperty("spec").put("replicas", Objects.replicas(set) - n);
      may -= n;
    }
    long available =
        Objects.status(now, "availableReplicas")
            + old.stream().mapToLong(s -> Objects.status(s, "availableReplicas")).sum();
    long healthy = Math.min(may, available - least);
    for (var set : old) {
      long n = Math.min(Objects.replicas(set), Math.max(0, healthy));
      if (n == 0) continue;
      controller.scale(deployment, set, Objects.replicas(set) - n);
      healthy -= n;
    }
  }
}
