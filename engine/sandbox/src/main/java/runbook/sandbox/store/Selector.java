package runbook.sandbox.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;

/** Which objects are meant: by their labels, or by some of their fields. */
public final class Selector {
  private static final Pattern SET =
      Pattern.compile("\\s*(\\S+?)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
  private static final Pattern EQUAL =
      Pattern.compile("\\s*([^\\s!=]+)\\s*(==|=|!=)\\s*(\\S*)\\s*");
  private static final Pattern THERE = Pattern.compile("\\s*(!?)\\s*([^\\s!=]+)\\s*");

  /** What a server finds objects by, beside name and namespace; of any kind here. */
  private static final Set<String> FIELDS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.schedulerName",
          "spec.serviceAccountName",
          "spec.unschedulable",
          "status.phase",
          "status.podIP",
          "status.replicas",
          "status.successful",
          "type",
          "reason",
          "reportingComponent",
          "source",
          "involvedObject.kind",
          "involvedObject.namespace",
          "involvedObject.name",
          "involvedObject.uid",
          "involvedObject.apiVersion",
          "involvedObject.resourceVersion",
          "involvedObject.fieldPath");

  private Selector() {}

  /**
   * By labels, as a query says it: {@code app=site,tier in (a, b),!old}.
   *
   * @throws StatusException when it cannot be read
   */
  public static Predicate<ObjectNode> labels(String text) {
    Predicate<JsonNode> all = _ -> true;
    for (var part : parts(text)) all = all.and(label(part, text));
    var wanted = all;
    return o -> wanted.test(o.path("metadata").path("labels"));
  }

  private static Predicate<JsonNode> label(String part, String whole) {
    Matcher m = SET.matcher(part);
    if (m.matches()) {
      var key = m.group(1);
      var values = Stream.of(m.group(3).split(",")).map(String::strip).collect(Collectors.toSet());
      return m.group(2).equals("in")
          ? l -> l.has(key) && values.contains(l.path(key).asText())
          : l -> !l.has(key) || !values.contains(l.path(key).asText());
    }
    m = EQUAL.matcher(part);
    if (m.matches()) {
      var key = m.group(1);
      var value = m.group(3);
      return m.group(2).equals("!=")
          ? l -> !l.has(key) || !l.path(key).asText().equals(value)
          : l -> l.has(key) && l.path(key).asText().equals(value);
    }
    m = THERE.matcher(part);
    if (!m.matches())
      throw StatusException.badRequest(
          "unable to parse requirement: found '" + part + "' in '" + whole + "'");
    var key = m.group(2);
    return m.group(1).isEmpty() ? l -> l.has(key) : l -> !l.has(key);
  }

  /** The commas within parentheses part no requirements. */
  private static List<String> parts(String text) {
    var parts = new ArrayList<String>();
    int depth = 0;
    var part = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c == '(') depth++;
      if (c == ')') depth--;
      if (c == ',' && depth == 0) {
        parts.add(part.toString());
        part.setLength(0);
      } else part.append(c);
    }
    parts.add(part.toString());
    return parts.stream().filter(p -> !p.isBlank()).toList();
  }

  /**
   * By labels, as a spec says it: {@code matchLabels} and {@code matchExpressions}; empty where
   * there is no selector, which selects nothing.
   */
  public static Optional<Predicate<ObjectNode>> labels(JsonNode selector) {
    if (selector.isMissingNode() || selector.isNull()) return Optional.empty();
    Predicate<JsonNode> all = _ -> true;
    for (var e : Json.entries(selector, "matchLabels").toList())
      all = all.and(l -> l.path(e.getKey()).asText().equals(e.getValue().asText()));
    for (var e : Json.items(selector, "matchExpressions").toList()) all = all.and(expression(e));
    var wanted = all;
    return Optional.of(o -> wanted.test(o.path("metadata").path("labels")));
  }

  private static Predicate<JsonNode> expression(JsonNode e) {
    var key = e.path("key").asText();
    var values = Json.items(e, "values").map(JsonNode::asText).collect(Collectors.toSet());
    return switch (e.path("operator").asText()) {
      case "In" -> l -> l.has(key) && values.contains(l.path(key).asText());
      case "NotIn" -> l -> !l.has(key) || !values.contains(l.path(key).asText());
      case "Exists" -> l -> l.has(key);
      case "DoesNotExist" -> l -> !l.has(key);
      default -> _ -> false;
    };
  }

  /**
   * By fields: {@code status.phase=Running,metadata.name!=a}.
   *
   * @throws StatusException when objects are not found by such a field
   */
  public static Predicate<ObjectNode> fields(Resource resource, String text) {
    Predicate<ObjectNode> all = _ -> true;
    for (var part : text.split(",")) {
      if (part.isBlank()) continue;
      var m = EQUAL.matcher(part);
      if (!m.matches())
        throw StatusException.badRequest(
            "invalid selector: '" + text + "'; can't understand '" + part + "'");
      var field = m.group(1);
      if (!FIELDS.contains(field))
        throw StatusException.badRequest(
            "Unable to find \""
                + resource.apiVersion()
                + ", Resource="
                + resource.plural()
                + "\" that match label selector \"\", field selector \""
                + text
                + "\": field label not supported: "
                + field);
      var value = m.group(3);
      boolean not = m.group(2).equals("!=");
      all = all.and(o -> Json.text(o, field).equals(value) != not);
    }
    return all;
  }
}
