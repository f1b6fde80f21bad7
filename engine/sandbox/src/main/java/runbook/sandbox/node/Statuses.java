package runbook.sandbox.node;

import static java.util.function.Predicate.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;

/** How a pod and its containers are, as a kubelet of 1.35 writes it. */
final class Statuses {
  private static final String NOT_READY = "ContainersNotReady";

  private Statuses() {}

  /** What the worker knows of its pod. */
  record View(
      List<Run> init,
      List<Run> main,
      String phase,
      Optional<String> address,
      String node,
      Instant since,
      boolean network) {}

  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Tells the cluster, unless the pod of this name is another one by now. */
  static void publish(NodeParts node, ObjectNode pod, View view) {
    String uid = Json.text(pod, "metadata.uid");
    node.store()
        .modify(
            Resources.PODS,
            Json.text(pod, "metadata.namespace"),
            Json.text(pod, "metadata.name"),
            stored ->
                Json.text(stored, "metadata.uid").equals(uid)
                    ? write(stored, view, node.clock().instant())
                    : stored);
  }

  /** Writes the status into the pod; conditions that others keep stay. */
  static ObjectNode write(ObjectNode pod, View view, Instant now) {
    ObjectNode status = Json.within(pod, "status");
    status.put("phase", view.phase());
    status.put("hostIP", view.node()).putArray("hostIPs").addObject().put("ip", view.node());
    view.address()
        .ifPresent(ip -> status.put("podIP", ip).putArray("podIPs").addObject().put("ip", ip));
    status.put("startTime", time(view.since()));
    long generation = pod.path("metadata").path("generation").asLong();
    if (generation > 0) {
      status.put("observedGeneration", generation);
    }
    conditions(pod, status, view, time(now), generation);
    if (!view.init().isEmpty()) {
      status.set("initContainerStatuses", containers(view.init()));
    }
    status.set("containerStatuses", containers(view.main()));
    return pod;
  }

  private static void conditions(
      ObjectNode pod, ObjectNode status, View view, String now, long generation) {
    boolean over = view.phase().equals("Succeeded") || view.phase().equals("Failed");
    List<String> uninitialized =
        view.init().stream()
            .filter(r -> r.sidecar ? !r.started : !r.succeeded())
            .map(r -> r.name)
            .toList();
    List<String> unready =
        Stream.concat(view.init().stream().filter(r -> r.sidecar), view.main().stream())
            .filter(not(r -> r.ready))
            .map(r -> r.name)
            .toList();
    boolean gates =
        Json.items(pod, "spec.readinessGates")
            .allMatch(g -> isTrue(status, Json.text(g, "conditionType")));
    String completed = view.phase().equals("Succeeded") ? "PodCompleted" : "PodFailed";
    var writer = new Conditions(status, now, generation);
    writer.set("PodReadyToStartContainers", view.network() && !over, "", "");
    if (view.phase().equals("Succeeded")) {
      writer.set("Initialized", true, completed, "");
    } else {
      writer.set(
          "Initialized",
          uninitialized.isEmpty(),
          uninitialized.isEmpty() ? "" : "ContainersNotInitialized",
          uninitialized.isEmpty()
              ? ""
              : "containers with incomplete status: " + spaced(uninitialized));
    }
    String words = "containers with unready status: " + spaced(unready);
    if (over) {
      writer.set("Ready", false, completed, "");
      writer.set("ContainersReady", false, completed, "");
    } else if (!unready.isEmpty()) {
      writer.set("Ready", false, NOT_READY, words);
      writer.set("ContainersReady", false, NOT_READY, words);
    } else {
      writer.set(
          "Ready",
          gates,
          gates ? "" : "ReadinessGatesNotReady",
          gates ? "" : "corresponding condition of pod readiness gate is not True");
      writer.set("ContainersReady", true, "", "");
    }
    if (Json.items(status, "conditions")
        .noneMatch(c -> Json.text(c, "type").equals("PodScheduled"))) {
      writer.set("PodScheduled", true, "", "");
    }
  }

  private static String spaced(List<String> names) {
    return "[" + String.join(" ", names) + "]";
  }

  private static boolean isTrue(ObjectNode status, String type) {
    return Json.items(status, "conditions")
        .anyMatch(c -> Json.text(c, "type").equals(type) && Json.text(c, "status").equals("True"));
  }

  private record Conditions(ObjectNode status, String now, long generation) {
    void set(String type, boolean holds, String reason, String message) {
      ArrayNode all = status.withArrayProperty("conditions");
      ObjectNode condition =
          all.valueStream()
              .filter(c -> Json.text(c, "type").equals(type))
              .map(ObjectNode.class::cast)
              .findFirst()
              .orElseGet(all::addObject);
      String value = holds ? "True" : "False";
      if (!Json.text(condition, "status").equals(value)) {
        condition.put("lastTransitionTime", now);
      }
      condition.putNull("lastProbeTime").put("type", type).put("status", value);
      if (generation > 0) {
        condition.put("observedGeneration", generation);
      }
      text(condition, "reason", reason);
      text(condition, "message", message);
    }

    private static void text(ObjectNode condition, String key, String value) {
      if (value.isEmpty()) {
        condition.remove(key);
      } else {
        condition.put(key, value);
      }
    }
  }

  private static ArrayNode containers(List<Run> runs) {
    ArrayNode all = Json.array();
    runs.stream().map(Statuses::container).forEach(all::add);
    return all;
  }

  private static ObjectNode container(Run run) {
    ObjectNode status = Json.object();
    String id =
        run.current
            .map(c -> "containerd://" + c.id())
            .or(() -> run.terminated.or(() -> run.before).map(t -> Json.text(t, "containerID")))
            .orElse("");
    if (!id.isEmpty()) {
      status.put("containerID", id);
    }
    status.put("image", run.image).put("imageID", run.imageId);
    ObjectNode last = status.putObject("lastState");
    run.before.ifPresent(t -> last.set("terminated", t));
    status.put("name", run.name);
    status.put("ready", run.ready || run.init && !run.sidecar && run.succeeded());
    if (run.starts > 0) {
      status.set(
          "resources",
          run.spec.path("resources").isMissingNode() ? Json.object() : run.spec.get("resources"));
    }
    status.put("restartCount", run.restarts()).put("started", run.started);
    status.set("state", state(run));
    ArrayNode mounts = Json.array();
    for (JsonNode mount : Json.items(run.spec, "volumeMounts").toList()) {
      ObjectNode one = mounts.addObject().put("mountPath", Json.text(mount, "mountPath"));
      one.put("name", Json.text(mount, "name"));
      if (mount.path("readOnly").asBoolean()) {
        one.put("readOnly", true).put("recursiveReadOnly", "Disabled");
      }
    }
    if (!mounts.isEmpty()) {
      status.set("volumeMounts", mounts);
    }
    return status;
  }

  private static ObjectNode state(Run run) {
    ObjectNode state = Json.object();
    if (run.current.isPresent()) {
      state.putObject("running").put("startedAt", time(run.current.get().startedAt()));
    } else if (run.terminated.isPresent()) {
      state.set("terminated", run.terminated.get());
    } else {
      ObjectNode waiting = state.putObject("waiting").put("reason", run.waiting.reason());
      if (!run.waiting.message().isEmpty()) {
        waiting.put("message", run.waiting.message());
      }
    }
    return state;
  }
}
