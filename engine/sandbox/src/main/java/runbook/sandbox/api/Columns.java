package runbook.sandbox.api;

import static runbook.sandbox.api.Tables.joined;
import static runbook.sandbox.json.Json.items;
import static runbook.sandbox.json.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;

/** The columns of each kind, as a server of 1.35 has them. */
final class Columns {
  /**
   * One column.
   *
   * @param priority 0 always; 1 with {@code -o wide} only
   */
  record Column(String name, String type, int priority, Function<ObjectNode, Object> cell) {}

  private final Instant now;
  private final List<Column> all = new ArrayList<>();

  private Columns(Instant now) {
    this.now = now;
  }

  static List<Column> of(Resource resource, Instant now) {
    var columns = new Columns(now);
    columns.column("Name", o -> Json.text(o, "metadata.name"));
    columns.add(resource.kind());
    return columns.all;
  }

  private void column(String name, Function<ObjectNode, Object> cell) {
    all.add(new Column(name, "string", 0, cell));
  }

  private void count(String name, Function<ObjectNode, Object> cell) {
    all.add(new Column(name, "integer", 0, cell));
  }

  private void number(String name, String path) {
    count(name, o -> Json.number(o, path).orElse(0L));
  }

  private void wide(String name, Function<ObjectNode, Object> cell) {
    all.add(new Column(name, "string", 1, cell));
  }

  private void age() {
    column("Age", o -> since(Json.text(o, "metadata.creationTimestamp")));
  }

  private void add(String kind) {
    switch (kind) {
      case "Pod" -> pod();
      case "Deployment" -> {
        column("Ready", o -> Cells.ready(o));
        number("Up-to-date", "status.updatedReplicas");
        number("Available", "status.availableReplicas");
        age();
        template("spec.template.spec");
        wide("Selector", o -> Cells.labels(o.at("/spec/selector/matchLabels")));
      }
      case "ReplicaSet" -> {
        number("Desired", "spec.replicas");
        number("Current", "status.replicas");
        number("Ready", "status.readyReplicas");
        age();
        template("spec.template.spec");
        wide("Selector", o -> Cells.labels(o.at("/spec/selector/matchLabels")));
      }
      case "StatefulSet" -> {
        column("Ready", o -> Cells.ready(o));
        age();
        template("spec.template.spec");
      }
      case "Job" -> job();
      case "CronJob" -> {
        column("Schedule", o -> Json.text(o, "spec.schedule"));
        column("Timezone", o -> Cells.orNone(Json.text(o, "spec.timeZone")));
        column("Suspend", o -> o.at("/spec/suspend").asBoolean() ? "True" : "False");
        count("Active", o -> items(o, "status.active").count());
        column(
            "Last Schedule",
            o ->
                Json.at(o, "status.lastScheduleTime").map(t -> since(t.asText())).orElse("<none>"));
        age();
        template("spec.jobTemplate.spec.template.spec");
      }
      case "Service" -> service();
      case "ConfigMap" -> {
        count("Data", o -> o.path("data").size() + o.path("binaryData").size());
        age();
      }
      case "Secret" -> {
        column("Type", o -> Json.text(o, "type"));
        count("Data", o -> o.path("data").size());
        age();
      }
      case "PersistentVolumeClaim" -> claim();
      case "PersistentVolume" -> volume();
      case "StorageClass" -> {
        all.set(0, new Column("Name", "string", 0, Cells::className));
        column("Provisioner", o -> Json.text(o, "provisioner"));
        column("ReclaimPolicy", o -> Json.text(o, "reclaimPolicy"));
        column("VolumeBindingMode", o -> Json.text(o, "volumeBindingMode"));
        column("AllowVolumeExpansion", o -> o.path("allowVolumeExpansion").asBoolean());
        age();
      }
      case "VolumeAttachment" -> {
        column("Attacher", o -> Json.text(o, "spec.attacher"));
        column("PV", o -> Json.text(o, "spec.source.persistentVolumeName"));
        column("Node", o -> Json.text(o, "spec.nodeName"));
        column("Attached", o -> o.at("/status/attached").asBoolean());
        age();
      }
      case "Namespace" -> {
        column("Status", o -> Json.text(o, "status.phase"));
        age();
      }
      case "Node" -> {
        column("Status", o -> Cells.isTrue(o, "Ready") ? "Ready" : "NotReady");
        column("Roles", _ -> "<none>");
        age();
        column("Version", o -> Json.text(o, "status.nodeInfo.kubeletVersion"));
      }
      case "Event" -> event();
      case "Lease" -> {
        column("Holder", o -> Json.text(o, "spec.holderIdentity"));
        age();
      }
      case "HorizontalPodAutoscaler" -> {
        column("Reference", o -> Cells.reference(o.at("/spec/scaleTargetRef")));
        column("Targets", _ -> "<unknown>");
        number("MinPods", "spec.minReplicas");
        number("MaxPods", "spec.maxReplicas");
        number("Replicas", "status.currentReplicas");
        age();
      }
      case "EndpointSlice" -> {
        column("AddressType", o -> Json.text(o, "addressType"));
        column("Ports", o -> Cells.unset(items(o, "ports").map(p -> p.path("port").asText())));
        column(
            "Endpoints",
            o ->
                Cells.unset(
                    items(o, "endpoints")
                        .flatMap(e -> items(e, "addresses"))
                        .map(JsonNode::asText)));
        age();
      }
      default -> age();
    }
  }

  private void pod() {
    column(
        "Ready",
        o ->
            items(o, "status.containerStatuses").filter(c -> c.path("ready").asBoolean()).count()
                + "/"
                + o.at("/spec/containers").size());
    column("Status", PodStatus::of);
    column("Restarts", o -> PodStatus.restarts(o, this::since));
    age();
    wide("IP", o -> Cells.orNone(Json.text(o, "status.podIP")));
    wide("Node", o -> Cells.orNone(Json.text(o, "spec.nodeName")));
    wide("Nominated Node", o -> Cells.orNone(Json.text(o, "status.nominatedNodeName")));
    wide("Readiness Gates", _ -> "<none>");
  }

  private void job() {
    column("Status", Cells::jobStatus);
    column(
        "Completions",
        o ->
            Json.number(o, "status.succeeded").orElse(0L)
                + "/"
                + Json.number(o, "spec.completions").orElse(1L));
    column(
        "Duration",
        o -> {
          var began = Json.text(o, "status.startTime");
          var ended = Json.text(o, "status.completionTime");
          if (began.isEmpty()) return "";
          return ended.isEmpty()
              ? since(began)
              : Cells.human(Duration.between(Instant.parse(began), Instant.parse(ended)));
        });
    age();
    template("spec.template.spec");
  }

  private void service() {
    column("Type", o -> Json.text(o, "spec.type"));
    column("Cluster-IP", o -> Cells.orNone(Json.text(o, "spec.clusterIP")));
    column(
        "External-IP",
        o -> {
          var name = Json.text(o, "spec.externalName");
          return name.isEmpty() ? joined(items(o, "spec.externalIPs").map(JsonNode::asText)) : name;
        });
    column(
        "Port(s)",
        o ->
            joined(
                items(o, "spec.ports")
                    .map(p -> p.path("port").asText() + "/" + p.path("protocol").asText("TCP"))));
    age();
    wide("Selector", o -> Cells.labels(o.at("/spec/selector")));
  }

  private void phase() {
    column(
        "Status",
        o ->
            o.at("/metadata/deletionTimestamp").isMissingNode()
                ? Json.text(o, "status.phase")
                : "Terminating");
  }

  private void claim() {
    phase();
    column("Volume", o -> Json.text(o, "spec.volumeName"));
    column("Capacity", o -> Json.text(o, "status.capacity.storage"));
    column("Access Modes", o -> Cells.modes(o, "status.accessModes"));
    column("StorageClass", o -> Json.text(o, "spec.storageClassName"));
    column("VolumeAttributesClass", _ -> "<unset>");
    age();
    wide("VolumeMode", o -> Json.text(o, "spec.volumeMode"));
  }

  private void volume() {
    column("Capacity", o -> Json.text(o, "spec.capacity.storage"));
    column("Access Modes", o -> Cells.modes(o, "spec.accessModes"));
    column("Reclaim Policy", o -> Json.text(o, "spec.persistentVolumeReclaimPolicy"));
    phase();
    column(
        "Claim",
        o ->
            Json.at(o, "spec.claimRef")
                .map(c -> text(c, "namespace") + "/" + text(c, "name"))
                .orElse(""));
    column("StorageClass", o -> Json.text(o, "spec.storageClassName"));
    column("VolumeAttributesClass", _ -> "<unset>");
    column("Reason", o -> Json.text(o, "status.reason"));
    age();
    wide("VolumeMode", o -> Json.text(o, "spec.volumeMode"));
  }

  private void event() {
    all.clear();
    column(
        "Last Seen",
        o ->
            since(
                Stream.of("lastTimestamp", "eventTime", "firstTimestamp")
                    .map(p -> Json.text(o, p))
                    .filter(t -> !t.isEmpty())
                    .findFirst()
                    .orElse("")));
    column("Type", o -> Json.text(o, "type"));
    column("Reason", o -> Json.text(o, "reason"));
    column(
        "Object",
        o ->
            Json.text(o, "involvedObject.kind").toLowerCase(Locale.ROOT)
                + "/"
                + Json.text(o, "involvedObject.name"));
    wide("Subobject", o -> Json.text(o, "involvedObject.fieldPath"));
    wide("Source", o -> Json.text(o, "source.component"));
    column("Message", o -> Json.text(o, "message").strip());
    wide("First Seen", o -> since(Json.text(o, "firstTimestamp")));
    all.add(new Column("Count", "integer", 1, o -> Json.number(o, "count").orElse(1L)));
    wide("Name", o -> Json.text(o, "metadata.name"));
  }

  private void template(String path) {
    wide("Containers", o -> joined(items(o, path + ".containers").map(c -> text(c, "name"))));
    wide("Images", o -> joined(items(o, path + ".containers").map(c -> text(c, "image"))));
  }

  /** How long ago a time was, as kubectl says it. */
  private String since(String time) {
    if (time.isEmpty()) return "<unknown>";
    return Cells.human(Duration.between(Instant.parse(time), now));
  }
}
