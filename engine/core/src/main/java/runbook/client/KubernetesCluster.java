package runbook.client;

import static runbook.client.KubernetesApi.encode;
import static runbook.client.KubernetesPods.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import runbook.world.Cluster;

/** The cluster over the API server. */
final class KubernetesCluster implements Cluster {
  private final KubernetesApi api;
  private final KubernetesWorkloads workloads;
  private final KubernetesObjects objects;
  private final KubernetesExec exec;
  private final KubernetesLogs logs;

  KubernetesCluster(KubernetesApi api) {
    this.api = api;
    this.workloads = new KubernetesWorkloads(api);
    this.objects = new KubernetesObjects(api);
    this.exec = new KubernetesExec(api);
    this.logs = new KubernetesLogs(api);
  }

  // --- workloads

  @Override
  public Optional<Workload> workload(WorkloadKind kind, String namespace, String name) {
    return workloads.get(kind, namespace, name);
  }

  @Override
  public void scale(WorkloadKind kind, String namespace, String name, int replicas) {
    workloads.scale(kind, namespace, name, replicas);
  }

  @Override
  public List<String> autoscalers(WorkloadKind kind, String namespace, String name) {
    return workloads.autoscalers(kind, namespace, name);
  }

  // --- pods

  @Override
  public List<Pod> pods(String namespace, Map<String, String> labels) {
    var selector = new ArrayList<String>();
    new TreeMap<>(labels).forEach((k, v) -> selector.add(k + "=" + v));
    var query = selector.isEmpty() ? "" : "?labelSelector=" + encode(String.join(",", selector));
    var pods = new ArrayList<Pod>();
    api.items("api/v1/namespaces/" + encode(namespace) + "/pods" + query)
        .forEach(p -> pods.add(KubernetesPods.pod(p)));
    return List.copyOf(pods);
  }

  @Override
  public Optional<Pod> pod(String namespace, String name) {
    return api.get("api/v1/namespaces/" + encode(namespace) + "/pods/" + encode(name))
        .map(KubernetesPods::pod);
  }

  @Override
  public List<String> events(String namespace, String kind, String name) {
    var selector = encode("involvedObject.kind=" + kind + ",involvedObject.name=" + name);
    var sorted = new TreeMap<String, String>();
    for (var e :
        api.items("api/v1/namespaces/" + encode(namespace) + "/events?fieldSelector=" + selector)) {
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
    return api.get(
            "api/v1/namespaces/" + encode(namespace) + "/persistentvolumeclaims/" + encode(name))
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
    objects.delete(
        "api/v1/namespaces/" + encode(namespace) + "/persistentvolumeclaims/" + encode(name), uid);
  }

  @Override
  public Optional<Volume> volume(String name) {
    return api.get("api/v1/persistentvolumes/" + encode(name))
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
    objects.delete("api/v1/persistentvolumes/" + encode(name), uid);
  }

  @Override
  public List<String> attachments(String volume) {
    var nodes = new ArrayList<String>();
    for (var item : api.items("apis/storage.k8s.io/v1/volumeattachments")) {
      if (item.at("/spec/source/persistentVolumeName").asText().equals(volume))
        nodes.add(item.at("/spec/nodeName").asText());
    }
    return nodes;
  }

  @Override
  public Optional<String> bindingMode(String storageClass) {
    return api.get("apis/storage.k8s.io/v1/storageclasses/" + encode(storageClass))
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
