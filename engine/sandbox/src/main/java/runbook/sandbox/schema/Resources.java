package runbook.sandbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.sandbox.json.Json;

/**
 * The resources that are served; {@code discovery.json} is what a real API server of 1.35 says of
 * these groups.
 */
public final class Resources {
  private static final JsonNode DOCUMENT = Json.resource(Resources.class, "discovery.json");

  /** By group version, {@code apps/v1}, in the order of the document. */
  private static final Map<String, List<Resource>> ALL = load();

  public static final Resource NAMESPACES = get("v1", "namespaces");
  public static final Resource NODES = get("v1", "nodes");
  public static final Resource PODS = get("v1", "pods");
  public static final Resource SERVICES = get("v1", "services");
  public static final Resource CONFIG_MAPS = get("v1", "configmaps");
  public static final Resource SECRETS = get("v1", "secrets");
  public static final Resource EVENTS = get("v1", "events");
  public static final Resource SERVICE_ACCOUNTS = get("v1", "serviceaccounts");
  public static final Resource CLAIMS = get("v1", "persistentvolumeclaims");
  public static final Resource VOLUMES = get("v1", "persistentvolumes");
  public static final Resource STORAGE_CLASSES = get("storage.k8s.io/v1", "storageclasses");
  public static final Resource ATTACHMENTS = get("storage.k8s.io/v1", "volumeattachments");
  public static final Resource DEPLOYMENTS = get("apps/v1", "deployments");
  public static final Resource REPLICA_SETS = get("apps/v1", "replicasets");
  public static final Resource STATEFUL_SETS = get("apps/v1", "statefulsets");
  public static final Resource DAEMON_SETS = get("apps/v1", "daemonsets");
  public static final Resource CONTROLLER_REVISIONS = get("apps/v1", "controllerrevisions");
  public static final Resource JOBS = get("batch/v1", "jobs");
  public static final Resource CRON_JOBS = get("batch/v1", "cronjobs");
  public static final Resource ENDPOINT_SLICES = get("discovery.k8s.io/v1", "endpointslices");
  public static final Resource AUTOSCALERS = get("autoscaling/v2", "horizontalpodautoscalers");

  public static final Resource LEASES = get("coordination.k8s.io/v1", "leases");

  private Resources() {}

  public static List<Resource> all() {
    return ALL.values().stream().flatMap(List::stream).toList();
  }

  /** Group versions, {@code v1} first. */
  public static List<String> groupVersions() {
    return List.copyOf(ALL.keySet());
  }

  /** Those of a group version; none where it is not served. */
  public static List<Resource> of(String groupVersion) {
    return ALL.getOrDefault(groupVersion, List.of());
  }

  public static Optional<Resource> find(String groupVersion, String plural) {
    return of(groupVersion).stream().filter(r -> r.plural().equals(plural)).findFirst();
  }

  /** The resource whose objects say that they are of this version and kind. */
  public static Optional<Resource> ofKind(String apiVersion, String kind) {
    return of(apiVersion).stream().filter(r -> r.kind().equals(kind)).findFirst();
  }

  private static Resource get(String groupVersion, String plural) {
    return find(groupVersion, plural).orElseThrow();
  }

  /** The document itself: a list of groups, each with its resources as discovery lists them. */
  public static JsonNode document() {
    return DOCUMENT;
  }

  private static Map<String, List<Resource>> load() {
    var all = new LinkedHashMap<String, List<Resource>>();
    for (var group : DOCUMENT) {
      var name = group.path("group").asText();
      var version = group.path("version").asText();
      var served = new ArrayList<Resource>();
      for (var r : group.path("resources"))
        if (!r.path("name").asText().contains("/")) served.add(resource(name, version, r, group));
      all.put(name.isEmpty() ? version : name + "/" + version, List.copyOf(served));
    }
    return all;
  }

  private static Resource resource(String group, String version, JsonNode r, JsonNode of) {
    var plural = r.path("name").asText();
    return new Resource(
        group,
        version,
        r.path("kind").asText(),
        plural,
        r.path("singularName").asText(),
        r.path("namespaced").asBoolean(),
        words(r, "verbs"),
        words(r, "shortNames"),
        words(r, "categories"),
        Json.items(of, "resources")
            .map(s -> s.path("name").asText())
            .filter(n -> n.startsWith(plural + "/"))
            .map(n -> n.substring(plural.length() + 1))
            .toList());
  }

  private static List<String> words(JsonNode r, String key) {
    return Json.items(r, key).map(JsonNode::asText).toList();
  }
}
