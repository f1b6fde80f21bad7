package runbook.sandbox.api;

import static runbook.sandbox.json.Json.items;
import static runbook.sandbox.json.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;

/** The one word that {@code kubectl get pods} says of a pod. */
final class PodStatus {
  private PodStatus() {}

  static String of(ObjectNode pod) {
    if (pod.at("/metadata").has("deletionTimestamp"))
      return Json.text(pod, "status.reason").equals("NodeLost") ? "Unknown" : "Terminating";
    var reason = Json.text(pod, "status.reason");
    var usual = reason.isEmpty() ? Json.text(pod, "status.phase") : reason;
    return initialising(pod)
        .or(() ->
            items(pod, "status.containerStatuses")
                .flatMap(c -> word(c).stream())
                .reduce((_, last) -> last))
        .orElse(usual);
  }

  private static Optional<String> word(JsonNode status) {
    var waiting = text(status, "state.waiting.reason");
    if (!waiting.isEmpty()) return Optional.of(waiting);
    return Json.at(status, "state.terminated").map(PodStatus::ended);
  }

  private static String ended(JsonNode terminated) {
    var reason = text(terminated, "reason");
    if (!reason.isEmpty()) return reason;
    return terminated.path("signal").asInt() != 0
        ? "Signal:" + terminated.path("signal").asInt()
        : "ExitCode:" + terminated.path("exitCode").asInt();
  }

  private static Optional<String> initialising(ObjectNode pod) {
    var all = items(pod, "status.initContainerStatuses").toList();
    for (int i = 0; i < all.size(); i++) {
      var ended = Json.at(all.get(i), "state.terminated");
      if (ended.filter(t -> t.path("exitCode").asInt() == 0).isPresent()) continue;
      if (ended.isPresent()) return Optional.of("Init:" + ended(ended.get()));
      var waiting = text(all.get(i), "state.waiting.reason");
      return Optional.of(
          waiting.isEmpty() || waiting.equals("PodInitializing")
              ? "Init:" + i + "/" + all.size()
              : "Init:" + waiting);
    }
    return Optional.empty();
  }

  static String restarts(ObjectNode pod, UnaryOperator<String> since) {
    long count = statuses(pod).mapToLong(c -> c.path("restartCount").asLong()).sum();
    var last =
        statuses(pod)
            .map(c -> text(c, "lastState.terminated.finishedAt"))
            .filter(t -> !t.isEmpty())
            .max(String::compareTo);
    return count + last.filter(_ -> count > 0).map(t -> " (" + since.apply(t) + " ago)").orElse("");
  }

  private static Stream<JsonNode> statuses(ObjectNode pod) {
    return items(pod, "status.containerStatuses");
  }
}
