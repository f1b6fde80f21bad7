package runbook.client;

import static runbook.client.KubernetesApi.encode;
import static runbook.client.KubernetesPods.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import runbook.world.Cluster;
import runbook.world.Failure;

/** The cluster over the API server. */
final class KubernetesCluster implements Cluster {
  private static final String MERGE = "application/merge-patch+json";

  private final KubernetesApi api;
  private final KubernetesObjects objects;
  private final KubernetesExec exec;
  private final KubernetesLogs logs;

  KubernetesCluster(KubernetesApi api) {
    this.api = api;
    this.objects = new KubernetesObjects(api);
    this.exec = new KubernetesExec(api);
    this.logs = new KubernetesLogs(api);
  }

  // --- workloads

  private static String path(WorkloadKind kind, String namespace, String name) {
    return switch (kind) {
      case DEPLOYMENT -> "apis/apps/v1/namespaces/" + namespace + "/deployments/" + name;
      case STATEFULSET -> "apis/apps/v1/namespaces/" + namespace + "/statefulsets/" + name;
      case CRONJOB -> "apis/batch/v1/namespaces/" + namespace + "/cronjobs/" + name;
    };
  }

  @Override
  public Optional<Workload> workload(WorkloadKind kind, String namespace, String name) {
    return api.get(path(kind, namespace, name)).map(node -> workload(kind, node));
  }

  private static Workload workload(WorkloadKind kind, JsonNode node) {
    int wanted =
        kind == WorkloadKind.CRONJOB
            ? (node.at("/spec/suspend").asBoolean(false) ? 0 : 1)
            : node.at("/spec/replicas").asInt(1);
    boolean observed =
        node.at("/status/observedGeneration").asLong(0)
            >= node.at("/metadata/generation").asLong(0);
    int updated = node.at("/status/updatedReplicas").asInt(0);
    var labels = new LinkedHashMap<String, String>();
    node.at("/spec/selector/matchLabels")
        .properties()
        .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return new Workload(
        kind,
        node.at("/metadata/namespace").asText(),
        node.at("/metadata/name").asText(),
        node.at("/metadata/uid").asText(),
        wanted,
        Math.min(updated, node.at("/status/readyReplicas").asInt(0)),
        kind == WorkloadKind.CRONJOB || observed,
        labels);
  }

  @Override
  public void scale(WorkloadKind kind, String namespace, String name, int replicas) {
    var path = path(kind, namespace, name);
    boolean cron = kind == WorkloadKind.CRONJOB;
    Map<String, Object> body =
        cron
            ? Map.of("spec", Map.of("suspend", replicas == 0))
            : Map.of("spec", Map.of("replicas", replicas));
    api.change(
            "PATCH",
            (cron ? path : path + "/scale") + "?fieldManager=plan-scale",
            MERGE,
            body,
            true)
        .orElseThrow(() ->
            Failure.refused(
                "There is no "
                    + kind.name().toLowerCase()
                    + " `"
                    + name
                    + "` in the namespace `"
                    + namespace
                    + "`.",
                "Look at its name and namespace."));
  }

  @Override
  public List<String> autoscalers(WorkloadKind kind, String namespace, String name) {
    var wanted = kind == WorkloadKind.DEPLOYMENT ? "Deployment" : "StatefulSet";
    var found = new ArrayList<String>();
    for (var item :
        items("apis/autoscaling/v2/namespaces/" + namespace + "/horizontalpodautoscalers")) {
      if (item.at("/spec/scaleTargetRef/kind").asText().equals(wanted)
          && item.at("/spec/scaleTargetRef/name").asText().equals(name)) {
        found.add(item.at("/metadata/name").asText());
      }
    }
    return found;
  }

  private Iterable<JsonNode> items(String path) {
    return api.get(path).map(list -> (Iterable<JsonNode>) list.path("items")).orElse(List.of());
  }

  // --- pods

  @Override
  public List<Pod> pods(String namespace, Map<String, String> labels) {
    var selector = new ArrayList<String>();
    new TreeMap<>(labels).forEach((k, v) -> selector.add(k + "=" + v));
    var query = selector.isEmpty() ? "" : "?labelSelector=" + encode(String.join(",", selector));
    var pods = new ArrayList<Pod>();
    items("api/v1/namespaces/" + namespace + "/pods" + query)
        .forEach(p -> pods.add(KubernetesPods.pod(p)));
    return List.copyOf(pods);
  }

  @Override
  public Optional<Pod> pod(String namespace, String name) {
    return api.get("api/v1/namespaces/" + namespace + "/pods/" + name).map(KubernetesPods::pod);
  }

  @Override
  public List<String> events(String namespace, String kind, String name) {
    var selector = encode("involvedObject.kind=" + kind + ",involvedObject.name=" + name);
    var sorted = new TreeMap<String, String>();
    for (var e : items("api/v1/namespaces/" + namespace + "/events?fieldSelector=" + selector)) {
      var at = text(e, "/lastTimestamp").or(() -> text(e, "/eventTime")).orElse("");
      sorted.put(
          at + e.at("/metadata/name").asText(),
          e.path("reason").asText() + ": " + e.path("message").asText().strip());
    }
    return List.copyOf(sorted.values());
  }

  // --- commands and logs

  @Override
  public Ended exec(
      Target target,
      List<String> command,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit) {
    return exec.exec(target, command, in, out, err, limit);
  }

  @Override
  public void logs(
      Target target, Optional<Instant> since, boolean previous, Duration limit, LogReader reader) {
    logs.read(target, since, previous, limit, reader);
  }

  // --- volumes

  @Override
  public Optional<Claim> claim(String namespace, String name) {
    return api.get("api/v1/namespaces/" + namespace + "/persistentvolumeclaims/" + name)
        .map(node ->
            new Claim(
                namespace,
                name,
                node.at("/metadata/uid").asText(),
                text(node, "/status/phase").orElse("Pending"),
                text(node, "/metadata/deletionTimestamp").isPresent(),
                text(node, "/spec/volumeName").filter(v -> !v.isEmpty()),
                text(node, "/spec/storageClassName"),
                node.at("/spec/resources/requests/storage").asText(),
                texts(node.at("/spec/accessModes")),
                texts(node.at("/metadata/finalizers"))));
  }

  private static List<String> texts(JsonNode list) {
    var out = new ArrayList<String>();
    list.forEach(n -> out.add(n.asText()));
    return List.copyOf(out);
  }

  @Override
  public void deleteClaim(String namespace, String name, String uid) {
    objects.delete("api/v1/namespaces/" + namespace + "/persistentvolumeclaims/" + name, uid);
  }

  @Override
  public Optional<Volume> volume(String name) {
    return api.get("api/v1/persistentvolumes/" + name)
        .map(node ->
            new Volume(
                name,
                node.at("/metadata/uid").asText(),
                text(node, "/status/phase").orElse("Pending"),
                text(node, "/spec/persistentVolumeReclaimPolicy").orElse("Retain"),
                node.at("/spec/capacity/storage").asText(),
                text(node, "/spec/csi/driver"),
                text(node, "/spec/csi/volumeHandle"),
                text(node, "/spec/claimRef/uid")));
  }

  @Override
  public void deleteVolume(String name, String uid) {
    objects.delete("api/v1/persistentvolumes/" + name, uid);
  }

  @Override
  public List<String> attachments(String volume) {
    var nodes = new ArrayList<String>();
    for (var item : items("apis/storage.k8s.io/v1/volumeattachments")) {
      if (item.at("/spec/source/persistentVolumeName").asText().equals(volume))
        nodes.add(item.at("/spec/nodeName").asText());
    }
    return nodes;
  }

  @Override
  public Optional<String> bindingMode(String storageClass) {
    return api.get("apis/storage.k8s.io/v1/storageclasses/" + storageClass)
        .map(node -> text(node, "/volumeBindingMode").orElse("Immediate"));
  }

  // --- objects of any kind

  @Override
  public Optional<Map<String, Object>> get(ObjectRef ref) {
    return objects.get(ref);
  }

  @Override
  public Map<String, Object> apply(
      ObjectRef ref,
      Map<String, Object> object,
      String fieldManager,
      boolean force,
      boolean dryRun) {
    return objects.apply(ref, object, fieldManager, force, dryRun);
  }

  @Override
  public void delete(ObjectRef ref, String uid) {
    objects.delete(objects.path(ref), uid);
  }

  @Override
  public boolean allowed(String namespace, String verb, String group, String resource) {
    return objects.allowed(namespace, verb, group, resource);
  }
}
