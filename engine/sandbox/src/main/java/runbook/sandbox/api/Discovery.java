package runbook.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.OpenApi;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.StatusException;

/** What the server tells about itself: version, groups and resources. */
final class Discovery {
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  /** Whether it was asked for, and is answered. */
  boolean answers(Request request, Response response) throws IOException {
    var path = request.segments();
    if (!path.isEmpty() && path.getFirst().equals("openapi")) {
      openApi(path, response);
      return true;
    }
    switch (String.join("/", path)) {
      case "" -> Answers.send(response, 200, paths());
      case "version" -> Answers.send(response, 200, ApiServer.version());
      case "api" -> groups(request, response, true);
      case "apis" -> groups(request, response, false);
      default -> {
        return ofGroup(path, response);
      }
    }
    return true;
  }

  private static void openApi(List<String> path, Response response) throws IOException {
    if (path.size() < 2 || !path.get(1).equals("v3")) throw nothing();
    if (path.size() > 2) {
      var name = String.join("/", path.subList(2, path.size()));
      var document = OpenApi.document(name).orElseThrow(Discovery::nothing);
      response.send(200, Answers.JSON, document);
      return;
    }
    var index = Json.object();
    for (var version : Resources.groupVersions()) {
      var name = OpenApi.path(version);
      index
          .withObjectProperty("paths")
          .putObject(name)
          .put("serverRelativeURL", "/openapi/v3/" + name + "?hash=1.35.4");
    }
    Answers.send(response, 200, index);
  }

  private static boolean ofGroup(List<String> path, Response response) throws IOException {
    if (path.getFirst().equals("api") && path.size() == 2) {
      Answers.send(response, 200, resources(path.get(1)));
    } else if (path.getFirst().equals("apis") && path.size() == 2) {
      var group = path.get(1);
      Answers.send(
          response,
          200,
          Resources.groupVersions().stream()
              .filter(v -> v.startsWith(group + "/"))
              .findFirst()
              .map(v -> group(v).put("kind", "APIGroup").put("apiVersion", "v1"))
              .orElseThrow(Discovery::nothing));
    } else if (path.getFirst().equals("apis") && path.size() == 3) {
      Answers.send(response, 200, resources(path.get(1) + "/" + path.get(2)));
    } else {
      return false;
    }
    return true;
  }

  private static StatusException nothing() {
    return StatusException.plain(
        404, "NotFound", "the server could not find the requested resource");
  }

  private static ObjectNode paths() {
    var all = Json.object();
    var list = all.putArray("paths").add("/api").add("/api/v1").add("/apis");
    Resources.groupVersions().stream().skip(1).forEach(v -> list.add("/apis/" + v));
    return all;
  }

  private static void groups(Request request, Response response, boolean core) throws IOException {
    var accepts = request.headers().first("Accept").orElse("").replace(" ", "");
    if (accepts.contains("g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")) {
      response.send(200, AGGREGATED, Json.bytes(aggregated(core)));
    } else if (core) {
      var versions = Json.object().put("kind", "APIVersions");
      versions.putArray("versions").add("v1");
      versions.putArray("serverAddressByClientCIDRs");
      Answers.send(response, 200, versions);
    } else {
      var list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
      var groups = list.putArray("groups");
      Resources.groupVersions().stream().skip(1).forEach(v -> groups.add(group(v)));
      Answers.send(response, 200, list);
    }
  }

  private static ObjectNode group(String groupVersion) {
    var slash = groupVersion.indexOf('/');
    var version =
        Json.object()
            .put("groupVersion", groupVersion)
            .put("version", groupVersion.substring(slash + 1));
    var group = Json.object().put("name", groupVersion.substring(0, slash));
    group.putArray("versions").add(version);
    group.set("preferredVersion", version);
    return group;
  }

  /** As the document of a real server has it. */
  private static ObjectNode resources(String groupVersion) {
    for (var group : Resources.document()) {
      var name = group.path("group").asText();
      var version = group.path("version").asText();
      if (!groupVersion.equals(name.isEmpty() ? version : name + "/" + version)) continue;
      var list = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
      list.put("groupVersion", groupVersion);
      list.set("resources", group.path("resources"));
      return list;
    }
    throw nothing();
  }

  private static ObjectNode aggregated(boolean core) {
    var list =
        Json.object()
            .put("kind", "APIGroupDiscoveryList")
            .put("apiVersion", "apidiscovery.k8s.io/v2");
    list.putObject("metadata");
    var items = list.putArray("items");
    for (var group : Resources.document()) {
      var name = group.path("group").asText();
      if (name.isEmpty() != core) continue;
      var item = items.addObject();
      var metadata = item.putObject("metadata");
      if (!core) metadata.put("name", name);
      metadata.putNull("creationTimestamp");
      var version = item.putArray("versions").addObject();
      version.put("version", group.path("version").asText()).put("freshness", "Current");
      var groupVersion = core ? "v1" : name + "/" + group.path("version").asText();
      for (var r : Resources.of(groupVersion))
        version.withArrayProperty("resources").add(resource(r, group));
    }
    return list;
  }

  private static ObjectNode resource(Resource r, JsonNode group) {
    var one = Json.object().put("resource", r.plural());
    kind(one, r.group(), r.version(), r.kind());
    one.put("scope", r.namespaced() ? "Namespaced" : "Cluster");
    one.put("singularResource", r.singular());
    one.set("verbs", Json.of(r.verbs()));
    if (!r.shortNames().isEmpty()) one.set("shortNames", Json.of(r.shortNames()));
    if (!r.categories().isEmpty()) one.set("categories", Json.of(r.categories()));
    for (var sub : group.path("resources")) {
      var name = sub.path("name").asText();
      if (!name.startsWith(r.plural() + "/")) continue;
      var of = one.withArrayProperty("subresources").addObject();
      of.put("subresource", name.substring(name.indexOf('/') + 1));
      kind(
          of,
          sub.path("group").asText(r.group()),
          sub.path("version").asText(r.version()),
          sub.path("kind").asText());
      of.set("verbs", sub.path("verbs"));
    }
    return one;
  }

  private static void kind(ObjectNode of, String group, String version, String kind) {
    of.putObject("responseKind").put("group", group).put("version", version).put("kind", kind);
  }
}
