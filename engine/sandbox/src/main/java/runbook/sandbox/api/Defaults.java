package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** What a server fills in: defaults of the API, and what its usual admission plugins add. */
final class Defaults {
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

  private final Store store;

  Defaults(Store store) {
    this.store = store;
  }

  /**
   * Fills in an object in place.
   *
   * @param before what it replaces
   */
  void of(Resource resource, ObjectNode object, Optional<ObjectNode> before) {
    var spec =
        resource.kind().matches("Secret|ConfigMap|Event|StorageClass")
            ? Json.object()
            : Json.within(object, "spec");
    switch (resource.kind()) {
      case "Pod" -> {
        PodDefaults.fill(spec);
        put(spec, "serviceAccountName", "default");
        put(spec, "enableServiceLinks", true);
        put(spec, "priority", 0);
        put(spec, "preemptionPolicy", "PreemptLowerPriority");
        status(object, "phase", "Pending");
        status(object, "qosClass", PodDefaults.qualityOfService(spec));
      }
      case "Deployment" -> {
        put(spec, "replicas", 1);
        put(spec, "revisionHistoryLimit", 10);
        put(spec, "progressDeadlineSeconds", 600);
        rolling(spec);
        template(spec);
      }
      case "ReplicaSet" -> {
        put(spec, "replicas", 1);
        template(spec);
      }
      case "StatefulSet" -> {
        put(spec, "replicas", 1);
        put(spec, "podManagementPolicy", "OrderedReady");
        put(spec, "revisionHistoryLimit", 10);
        var strategy = Json.within(spec, "updateStrategy");
        put(strategy, "type", "RollingUpdate");
        if (Json.text(strategy, "type").equals("RollingUpdate"))
          put(Json.within(strategy, "rollingUpdate"), "partition", 0);
        put(Json.within(spec, "persistentVolumeClaimRetentionPolicy"), "whenDeleted", "Retain");
        put(Json.within(spec, "persistentVolumeClaimRetentionPolicy"), "whenScaled", "Retain");
        Json.items(spec, "volumeClaimTemplates")
            .forEach(c -> {
              put((ObjectNode) c, "apiVersion", "v1");
              put((ObjectNode) c, "kind", "PersistentVolumeClaim");
              put(Json.within((ObjectNode) c, "spec"), "volumeMode", "Filesystem");
              put(Json.within((ObjectNode) c, "status"), "phase", "Pending");
            });
        template(spec);
      }
      case "DaemonSet" -> {
        put(spec, "revisionHistoryLimit", 10);
        template(spec);
      }
      case "Job" -> job(object, spec, before);
      case "CronJob" -> {
        put(spec, "concurrencyPolicy", "Allow");
        put(spec, "suspend", false);
        put(spec, "successfulJobsHistoryLimit", 3);
        put(spec, "failedJobsHistoryLimit", 1);
        template(Json.within(spec, "jobTemplate.spec"));
      }
      case "Service" -> service(object, spec, before);
      case "Secret" -> secret(object);
      case "PersistentVolumeClaim" -> {
        put(spec, "volumeMode", "Filesystem");
        if (before.isEmpty() && !spec.has("storageClassName"))
          defaultClass().ifPresent(c -> spec.put("storageClassName", c));
        finalizer(object, before, "kubernetes.io/pvc-protection");
        status(object, "phase", "Pending");
      }
      case "PersistentVolume" -> {
        put(spec, "persistentVolumeReclaimPolicy", "Retain");
        put(spec, "volumeMode", "Filesystem");
        finalizer(object, before, "kubernetes.io/pv-protection");
        status(object, "phase", "Pending");
      }
      case "StorageClass" -> {
        put(object, "reclaimPolicy", "Delete");
        put(object, "volumeBindingMode", "Immediate");
      }
      case "Namespace" -> {
        if (before.isEmpty()) Json.put(spec, "finalizers", List.of("kubernetes"));
        Json.within(object, "metadata.labels")
            .put("kubernetes.io/metadata.name", Json.text(object, "metadata.name"));
        status(object, "phase", "Active");
      }
      case "HorizontalPodAutoscaler" -> put(spec, "minReplicas", 1);
      default -> {}
    }
    if (spec.isEmpty()) object.remove("spec");
  }

  private static void put(ObjectNode at, String key, Object value) {
    if (!at.hasNonNull(key)) at.set(key, Json.of(value));
  }

  private static void status(ObjectNode object, String key, String value) {
    put(Json.within(object, "status"), key, value);
  }

  private static void finalizer(ObjectNode object, Optional<ObjectNode> before, String name) {
    if (before.isEmpty()) Json.within(object, "metadata").withArrayProperty("finalizers").add(name);
  }

  private static void template(ObjectNode spec) {
    PodDefaults.fill(Json.within(spec, "template.spec"));
  }

  private static void rolling(ObjectNode spec) {
    var strategy = Json.within(spec, "strategy");
    put(strategy, "type", "RollingUpdate");
    if (!Json.text(strategy, "type").equals("RollingUpdate")) return;
    put(Json.within(strategy, "rollingUpdate"), "maxUnavailable", "25%");
    put(Json.within(strategy, "rollingUpdate"), "maxSurge", "25%");
  }

  private static void job(ObjectNode object, ObjectNode spec, Optional<ObjectNode> before) {
    put(spec, "parallelism", 1);
    put(spec, "completions", 1);
    put(spec, "backoffLimit", 6);
    put(spec, "completionMode", "NonIndexed");
    put(spec, "suspend", false);
    put(spec, "manualSelector", false);
    put(spec, "podReplacementPolicy", "TerminatingOrFailed");
    if (!spec.path("manualSelector").asBoolean()) spec.remove("manualSelector");
    if (before.isEmpty() && !spec.has("selector")) {
      var uid = UUID.randomUUID().toString();
      Json.put(object, "metadata.uid", uid);
      var name = Json.text(object, "metadata.name");
      Json.within(spec, "selector.matchLabels").put("batch.kubernetes.io/controller-uid", uid);
      Json.within(spec, "template.metadata.labels")
          .put("batch.kubernetes.io/controller-uid", uid)
          .put("batch.kubernetes.io/job-name", name)
          .put("controller-uid", uid)
          .put("job-name", name);
    }
    // what is applied again does not say what was filled in once
    before.ifPresent(b -> {
      put(spec, "selector", b.at("/spec/selector"));
      Json.entries(b, "spec.template.metadata.labels")
          .filter(e -> e.getKey().matches(".*(controller-uid|job-name)"))
          .forEach(
              e -> Json.within(spec, "template.metadata.labels").set(e.getKey(), e.getValue()));
    });
    template(spec);
  }

  private void service(ObjectNode object, ObjectNode spec, Optional<ObjectNode> before) {
    put(spec, "type", "ClusterIP");
    put(spec, "sessionAffinity", "None");
    Json.within(object, "status.loadBalancer");
    Json.items(spec, "ports")
        .map(ObjectNode.class::cast)
        .forEach(p -> {
          put(p, "protocol", "TCP");
          put(p, "targetPort", p.path("port"));
        });
    if (Json.text(spec, "type").equals("ExternalName")) return;
    put(spec, "internalTrafficPolicy", "Cluster");
    put(spec, "ipFamilyPolicy", "SingleStack");
    put(spec, "ipFamilies", List.of("IPv4"));
    var ip =
        Optional.of(Json.text(spec, "clusterIP"))
            .filter(i -> !i.isEmpty())
            .or(() -> before.map(b -> Json.text(b, "spec.clusterIP")).filter(i -> !i.isEmpty()))
            .orElseGet(this::freeAddress);
    spec.put("clusterIP", ip);
    Json.put(spec, "clusterIPs", List.of(ip));
  }

  private String freeAddress() {
    Set<String> taken =
        store.list(Resources.SERVICES, Optional.empty(), _ -> true).items().stream()
            .map(s -> Json.text(s, "spec.clusterIP"))
            .collect(Collectors.toSet());
    return IntStream.range(2, 65_000)
        .mapToObj(n -> "10.96." + n / 256 + "." + n % 256)
        .filter(a -> !taken.contains(a) && !a.endsWith(".0") && !a.endsWith(".255"))
        .findFirst()
        .orElseThrow(() -> StatusException.plain(500, "InternalError", "no address is free"));
  }

  private static void secret(ObjectNode object) {
    put(object, "type", "Opaque");
    var plain = Json.entries(object, "stringData").toList();
    for (var e : plain)
      Json.within(object, "data")
          .put(
              e.getKey(),
              Base64.getEncoder()
                  .encodeToString(e.getValue().asText().getBytes(StandardCharsets.UTF_8)));
    object.remove("stringData");
  }

  private Optional<String> defaultClass() {
    Stream<ObjectNode> classes =
        store.list(Resources.STORAGE_CLASSES, Optional.empty(), _ -> true).items().stream();
    return classes
        .filter(c -> isDefault(c.at("/metadata/annotations")))
        .map(c -> Json.text(c, "metadata.name"))
        .findFirst();
  }

  private static boolean isDefault(JsonNode annotations) {
    return annotations.path(DEFAULT_CLASS).asText().equals("true");
  }
}
