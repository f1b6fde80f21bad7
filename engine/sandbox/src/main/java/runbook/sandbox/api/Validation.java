package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.Selector;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.StatusException.Cause;

/** What a server refuses of what plans send, in its words. All causes of one object together. */
final class Validation {
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
  private static final Pattern QUANTITY =
      Pattern.compile(
          "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?");
  private static final String SUBDOMAIN_RULE =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final String LABEL_RULE =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

  private final ObjectNode object;
  private final List<Cause> causes = new ArrayList<>();

  private Validation(ObjectNode object) {
    this.object = object;
  }

  static void check(Resource resource, ObjectNode object, Optional<ObjectNode> before) {
    var v = new Validation(object);
    v.names(resource);
    v.kind(resource, before);
    if (!v.causes.isEmpty())
      throw StatusException.invalid(
          resource.kind(), resource, Json.text(object, "metadata.name"), v.causes);
  }

  private void invalid(String field, Object value, String why) {
    var shown = value instanceof String s ? "\"" + s + "\"" : String.valueOf(value);
    causes.add(new Cause("FieldValueInvalid", "Invalid value: " + shown + ": " + why, field));
  }

  private void required(String field, String why) {
    causes.add(
        new Cause(
            "FieldValueRequired", "Required value" + (why.isEmpty() ? "" : ": " + why), field));
  }

  private void names(Resource resource) {
    var name = Json.text(object, "metadata.name");
    var prefix = Json.text(object, "metadata.generateName");
    if (name.isEmpty() && prefix.isEmpty())
      required("metadata.name", "name or generateName is required");
    boolean label = Set.of("Service", "Namespace").contains(resource.kind());
    boolean free = resource.group().startsWith("rbac") || resource.kind().equals("Event");
    if (!name.isEmpty() && !free && !(label ? LABEL : SUBDOMAIN).matcher(name).matches())
      invalid("metadata.name", name, label ? LABEL_RULE : SUBDOMAIN_RULE);
    if (name.length() > (label ? 63 : 253))
      invalid("metadata.name", name, "must be no more than " + (label ? 63 : 253) + " characters");
    Json.entries(object, "metadata.labels")
        .forEach(e -> {
          var value = e.getValue().asText();
          if (!VALUE.matcher(value).matches() || value.length() > 63)
            invalid(
                "metadata.labels",
                value,
                "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                    + " '_' or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
                    + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
        });
  }

  private void kind(Resource resource, Optional<ObjectNode> before) {
    switch (resource.kind()) {
      case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" -> {
        workload(before);
        containers("spec.template.spec");
        if (Json.number(object, "spec.replicas").orElse(0L) < 0)
          invalid(
              "spec.replicas",
              Json.number(object, "spec.replicas").orElse(0L),
              "must be greater than or equal to 0");
      }
      case "Job" -> {
        containers("spec.template.spec");
        if (Json.text(object, "spec.template.spec.restartPolicy").equals("Always"))
          causes.add(
              new Cause(
                  "FieldValueNotSupported",
                  "Unsupported value: \"Always\": supported values: \"OnFailure\", \"Never\"",
                  "spec.template.spec.restartPolicy"));
        before.ifPresent(b -> immutable(b, "spec.template"));
        before.ifPresent(b -> immutable(b, "spec.completions"));
      }
      case "CronJob" -> {
        containers("spec.jobTemplate.spec.template.spec");
        if (Json.text(object, "spec.schedule").isBlank()) required("spec.schedule", "");
      }
      case "Pod" -> {
        containers("spec");
        before.ifPresent(this::podUnchanged);
      }
      case "PersistentVolumeClaim" -> claim(before);
      case "PersistentVolume" -> {
        quantity("spec.capacity.storage", true);
        if (object.at("/spec/accessModes").isEmpty()) required("spec.accessModes", "");
      }
      case "Service" -> {
        if (object.at("/spec/ports").isEmpty()
            && !Json.text(object, "spec.type").equals("ExternalName")
            && !Json.text(object, "spec.clusterIP").equals("None")) required("spec.ports", "");
        before.ifPresent(this::sameAddress);
      }
      default -> {}
    }
  }

  private void workload(Optional<ObjectNode> before) {
    var selector = object.at("/spec/selector");
    if (selector.isMissingNode()) {
      required("spec.selector", "");
      return;
    }
    var template = Json.object();
    template.set("metadata", object.at("/spec/template/metadata"));
    if (Selector.labels(selector).filter(s -> s.test(template)).isEmpty())
      invalid(
          "spec.template.metadata.labels",
          object.at("/spec/template/metadata/labels"),
          "`selector` does not match template `labels`");
    before.ifPresent(b -> immutable(b, "spec.selector"));
  }

  private void sameAddress(ObjectNode before) {
    var was = Json.text(before, "spec.clusterIP");
    var is = Json.text(object, "spec.clusterIP");
    if (!was.isEmpty() && !was.equals(is) && !Json.text(object, "spec.type").equals("ExternalName"))
      invalid("spec.clusterIPs[0]", object.at("/spec/clusterIPs"), "may not change once set");
  }

  private void immutable(ObjectNode before, String path) {
    var was = Json.at(before, path);
    var is = Json.at(object, path);
    if (!was.equals(is))
      invalid(path, is.map(JsonNode::toString).orElse("null"), "field is immutable");
  }

  private void containers(String path) {
    var containers = Json.items(object, path + ".containers").toList();
    if (containers.isEmpty()) required(path + ".containers", "");
    for (int i = 0; i < containers.size(); i++) {
      var at = path + ".containers[" + i + "]";
      var c = containers.get(i);
      if (Json.text(c, "name").isEmpty()) required(at + ".name", "");
      if (Json.text(c, "image").isBlank()) required(at + ".image", "");
      for (var mount : Json.items(c, "volumeMounts").toList()) {
        var volume = Json.text(mount, "name");
        boolean there =
            Json.items(object, path + ".volumes").anyMatch(v -> Json.text(v, "name").equals(volume))
                || Json.items(object, "spec.volumeClaimTemplates")
                    .anyMatch(v -> Json.text(v, "metadata.name").equals(volume));
        if (!there)
          causes.add(
              new Cause(
                  "FieldValueNotFound",
                  "Not found: \"" + volume + "\"",
                  at + ".volumeMounts[0].name"));
      }
    }
  }

  private void podUnchanged(ObjectNode before) {
    var was = before.at("/spec").deepCopy();
    var is = object.at("/spec").deepCopy();
    for (var spec : List.of(was, is)) {
      if (!(spec instanceof ObjectNode s)) continue;
      s.remove(List.of("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"));
      Json.items(s, "containers").forEach(c -> ((ObjectNode) c).remove("image"));
      Json.items(s, "initContainers").forEach(c -> ((ObjectNode) c).remove("image"));
      // it is bound once
      if (Json.text(before, "spec.nodeName").isEmpty()) s.remove("nodeName");
    }
    if (!was.equals(is))
      causes.add(
          new Cause(
              "FieldValueForbidden",
              "Forbidden: pod updates may not change fields other than"
                  + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
                  + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
                  + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if"
                  + " it was previously negative)",
              "spec"));
  }

  private void claim(Optional<ObjectNode> before) {
    if (object.at("/spec/accessModes").isEmpty())
      required("spec.accessModes", "at least 1 access mode is required");
    quantity("spec.resources.requests.storage", true);
    if (before.isEmpty()) return;
    var was = (ObjectNode) before.get().at("/spec").deepCopy();
    var is = (ObjectNode) object.at("/spec").deepCopy();
    for (var spec : List.of(was, is)) Json.remove(spec, "resources.requests");
    // it is bound once, and gets its class once
    if (Json.text(was, "volumeName").isEmpty()) is.remove("volumeName");
    if (!was.has("storageClassName")) is.remove("storageClassName");
    if (!was.equals(is))
      causes.add(
          new Cause(
              "FieldValueForbidden",
              "Forbidden: spec is immutable after creation except resources.requests and"
                  + " volumeAttributesClassName for bound claims",
              "spec"));
  }

  private void quantity(String path, boolean required) {
    var value = Json.text(object, path);
    if (value.isEmpty() && required) required(path, "");
    else if (!value.isEmpty() && !QUANTITY.matcher(value).matches())
      throw StatusException.badRequest(
          "quantities must match the regular expression"
              + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
}
