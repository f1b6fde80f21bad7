package runbook.client;

import static runbook.client.KubernetesApi.encode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import runbook.world.Cluster.Workload;
import runbook.world.Cluster.WorkloadKind;
import runbook.world.Failure;

/** What has replicas or can be suspended. */
final class KubernetesWorkloads {
  private static final String MERGE = "application/merge-patch+json";

  private final KubernetesApi api;

  KubernetesWorkloads(KubernetesApi api) {
    this.api = api;
  }

  private static String path(WorkloadKind kind, String namespace, String name) {
    var resource =
        switch (kind) {
          case DEPLOYMENT -> "deployments";
          case STATEFULSET -> "statefulsets";
          case CRONJOB -> "cronjobs";
        };
    var group = kind == WorkloadKind.CRONJOB ? "batch" : "apps";
    return "apis/%s/v1/namespaces/%s/%s/%s"
        .formatted(group, encode(namespace), resource, encode(name));
  }

  Optional<Workload> get(WorkloadKind kind, String namespace, String name) {
    return api.get(path(kind, namespace, name)).map(node -> workload(kind, node));
  }

  static Workload workload(WorkloadKind kind, JsonNode node) {
    boolean cron = kind == WorkloadKind.CRONJOB;
    int wanted =
        cron
            ? (node.at("/spec/suspend").asBoolean(false) ? 0 : 1)
            : node.at("/spec/replicas").asInt(1);
    boolean observed =
        node.at("/status/observedGeneration").asLong(0)
            >= node.at("/metadata/generation").asLong(0);
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
        ready(node.path("status")),
        cron || observed,
        labels);
  }

  /**
   * The status counts what is ready by any template; those of older templates may all be among
   * them.
   */
  private static int ready(JsonNode status) {
    int older = status.path("replicas").asInt(0) - status.path("updatedReplicas").asInt(0);
    return Math.max(0, status.path("readyReplicas").asInt(0) - Math.max(0, older));
  }

  void scale(WorkloadKind kind, String namespace, String name, int replicas) {
    var path = path(kind, namespace, name);
    boolean cron = kind == WorkloadKind.CRONJOB;
    Map<String, Object> spec =
        cron ? Map.of("suspend", replicas == 0) : Map.of("replicas", replicas);
    api.change(
            "PATCH",
            (cron ? path : path + "/scale") + "?fieldManager=plan-scale",
            MERGE,
            Map.of("spec", spec),
            true,
            (_, _) -> Optional.empty())
        .orElseThrow(() ->
            Failure.refused(
                "There is no "
                    + kind.name().toLowerCase(Locale.ROOT)
                    + " `"
                    + name
                    + "` in the namespace `"
                    + namespace
                    + "`.",
                "Look at its name and namespace."));
  }

  List<String> autoscalers(WorkloadKind kind, String namespace, String name) {
    var wanted =
        switch (kind) {
          case DEPLOYMENT -> "Deployment";
          case STATEFULSET -> "StatefulSet";
          case CRONJOB -> "CronJob"; // none can aim at it
        };
    var found = new ArrayList<String>();
    for (var item :
        api.items(
            "apis/autoscaling/v2/namespaces/" + encode(namespace) + "/horizontalpodautoscalers")) {
      var aim = item.at("/spec/scaleTargetRef");
      if (aim.path("kind").asText().equals(wanted) && aim.path("name").asText().equals(name))
        found.add(item.at("/metadata/name").asText());
    }
    return List.copyOf(found);
  }
}
