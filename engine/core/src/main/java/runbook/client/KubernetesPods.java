package runbook.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import runbook.world.Cluster.Container;
import runbook.world.Cluster.Pod;

/** A pod as the API server has it, in the port's words. */
final class KubernetesPods {
  private KubernetesPods() {}

  static Optional<String> text(JsonNode node, String pointer) {
    var found = node.at(pointer);
    return found.isValueNode() && !found.isNull() ? Optional.of(found.asText()) : Optional.empty();
  }

  static Pod pod(JsonNode node) {
    var containers = new ArrayList<Container>();
    var stuck = stuckInitContainer(node).or(() -> unschedulable(node));
    for (var spec : node.at("/spec/containers"))
      containers.add(
          container(spec, status(node, "containerStatuses", spec.path("name").asText()), stuck));
    var claims = new ArrayList<String>();
    for (var volume : node.at("/spec/volumes")) {
      text(volume, "/persistentVolumeClaim/claimName").ifPresent(claims::add);
      if (volume.has("ephemeral"))
        claims.add(node.at("/metadata/name").asText() + "-" + volume.path("name").asText());
    }
    return new Pod(
        node.at("/metadata/namespace").asText(),
        node.at("/metadata/name").asText(),
        node.at("/metadata/uid").asText(),
        text(node, "/status/phase").orElse("Unknown"),
        text(node, "/metadata/deletionTimestamp").isPresent(),
        text(node, "/spec/nodeName"),
        text(node, "/status/podIP"),
        text(node, "/metadata/creationTimestamp").map(Instant::parse).orElse(Instant.EPOCH),
        List.copyOf(containers),
        List.copyOf(claims));
  }

  private static JsonNode status(JsonNode pod, String list, String name) {
    for (var status : pod.at("/status/" + list)) {
      if (status.path("name").asText().equals(name)) return status;
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  private static Container container(JsonNode spec, JsonNode status, Optional<String> stuck) {
    var state = state(status);
    return new Container(
        spec.path("name").asText(),
        spec.path("image").asText(),
        status.path("imageID").asText(""),
        status.path("containerID").asText(""),
        status.path("restartCount").asInt(0),
        state.startsWith("waiting") && stuck.isPresent() ? stuck.get() : state,
        status.path("ready").asBoolean(false));
  }

  private static String state(JsonNode status) {
    if (status.at("/state/running").isObject()) return "running";
    if (status.at("/state/terminated").isObject()) {
      return "terminated: "
          + text(status, "/state/terminated/reason").orElse("Ended")
          + " ("
          + status.at("/state/terminated/exitCode").asInt()
          + ")";
    }
    var reason = text(status, "/state/waiting/reason").orElse("Pending");
    return "waiting: "
        + reason
        + text(status, "/state/waiting/message").map(m -> ": " + m).orElse("");
  }

  /** Why the containers have not begun: an init container that does not end well. */
  private static Optional<String> stuckInitContainer(JsonNode pod) {
    for (var status : pod.at("/status/initContainerStatuses")) {
      var state = state(status);
      boolean endedWell =
          state.startsWith("terminated") && status.at("/state/terminated/exitCode").asInt() == 0;
      // those behind one that still runs only wait for their turn
      if (!endedWell && !state.equals("running") && !state.startsWith("waiting: PodInitializing"))
        return Optional.of(
            "waiting: init container " + status.path("name").asText() + ": " + state);
    }
    return Optional.empty();
  }

  /** No node takes it. */
  private static Optional<String> unschedulable(JsonNode pod) {
    for (var condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("PodScheduled")
          && condition.path("status").asText().equals("False"))
        return Optional.of(
            "waiting: "
                + condition.path("reason").asText("Unschedulable")
                + ": "
                + condition.path("message").asText());
    }
    return Optional.empty();
  }
}
