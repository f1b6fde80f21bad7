package runbook.sandbox.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Schema;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.StatusException.Cause;

/** Who owns which fields of an object: {@code metadata.managedFields}, and what goes by them. */
public final class FieldManager {
  private static final String[] IDENTITY = {
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "generation",
    "resourceVersion",
    "managedFields",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generateName"
  };

  /** An entry without its fields: who, how, and of which part of the object. */
  private record Manager(String name, String operation, String version, String subresource) {
    static Manager of(JsonNode entry) {
      return new Manager(
          entry.path("manager").asText(),
          entry.path("operation").asText(),
          entry.path("apiVersion").asText(),
          entry.path("subresource").asText());
    }

    /** As conflicts name it. */
    String title() {
      var title = "\"" + name + "\"";
      if (!subresource.isEmpty()) title += " with subresource \"" + subresource + "\"";
      return operation.equals("Update") ? title + " using " + version : title;
    }
  }

  private final Resource resource;
  private final Schema schema;
  private final Map<Manager, FieldSet> sets = new LinkedHashMap<>();
  private final Map<Manager, String> times = new LinkedHashMap<>();
  private final String now;

  private FieldManager(Resource resource, JsonNode live, Instant now) {
    this.resource = resource;
    this.schema = Schema.of(resource);
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    Json.items(live, "metadata.managedFields")
        .forEach(e -> {
          var manager = Manager.of(e);
          sets.put(manager, FieldSet.parse(e.path("fieldsV1")));
          times.put(manager, e.path("time").asText());
        });
  }

  /**
   * The object with its owners after a create, an update or a patch other than apply.
   *
   * @param before empty when it is new
   * @param subresource the part that was changed, such as {@code status}
   */
  public static ObjectNode updated(
      Resource resource,
      Optional<ObjectNode> before,
      ObjectNode after,
      String manager,
      Optional<String> subresource,
      Instant now) {
    var live = before.orElseGet(Json::object);
    var fields = new FieldManager(resource, live, now);
    var wiped = Json.at(after, "metadata.managedFields");
    // an empty list, as a client sends it, forgets all owners
    if (before.isPresent()
        && wiped.filter(w -> w.isArray() && w.size() == 1 && w.path(0).isEmpty()).isPresent())
      fields.sets.clear();
    var changed = after.deepCopy();
    Json.remove(changed, "metadata.managedFields");
    var d = Typed.difference(plain(live, subresource), plain(changed, subresource), fields.schema);
    var own = new Manager(manager, "Update", resource.apiVersion(), subresource.orElse(""));
    fields.drop(d.changed().union(d.removed()), own);
    if (!d.changed().isEmpty())
      fields.put(own, fields.sets.getOrDefault(own, FieldSet.EMPTY).union(d.changed()));
    return fields.write(changed);
  }

  /**
   * The object after a server-side apply.
   *
   * @throws StatusException with the conflicts, when others own what it changes
   */
  public static ObjectNode applied(
      Resource resource,
      Optional<ObjectNode> live,
      ObjectNode wanted,
      String manager,
      boolean force,
      Optional<String> subresource,
      Instant now) {
    var before = live.orElseGet(Json::object);
    var fields = new FieldManager(resource, before, now);
    return fields.apply(before, wanted, manager, force, subresource);
  }

  private ObjectNode apply(
      ObjectNode live, ObjectNode wanted, String name, boolean force, Optional<String> part) {
    var own = new Manager(name, "Apply", resource.apiVersion(), part.orElse(""));
    var config = wanted.deepCopy();
    Json.remove(config, "metadata.managedFields");
    var set = tracked(Typed.fields(config, schema));
    var merged = (ObjectNode) Typed.merged(live, config, schema);
    var gone = gone(own, set);
    merged = (ObjectNode) Typed.without(merged, gone, schema);
    var d = Typed.difference(plain(live, part), plain(merged, part), schema);
    conflicts(own, d.changed(), force);
    drop(d.changed().union(d.removed()).minus(set), own);
    put(own, set);
    return write(merged);
  }

  /** What it applied before and does not any more, and nobody else owns. */
  private FieldSet gone(Manager own, FieldSet set) {
    var gone = sets.getOrDefault(own, FieldSet.EMPTY).minus(set);
    for (var e : sets.entrySet()) if (!e.getKey().equals(own)) gone = gone.minus(e.getValue());
    return gone;
  }

  private void conflicts(Manager own, FieldSet changed, boolean force) {
    var found = new LinkedHashMap<Manager, List<String>>();
    for (var e : sets.entrySet()) {
      if (e.getKey().equals(own)) continue;
      var conflict = e.getValue().intersection(changed);
      if (conflict.isEmpty()) continue;
      if (force) sets.put(e.getKey(), e.getValue().minus(conflict));
      else found.put(e.getKey(), conflict.paths());
    }
    if (!found.isEmpty()) throw refused(found);
  }

  private static StatusException refused(Map<Manager, List<String>> found) {
    var causes = new ArrayList<Cause>();
    found.forEach((m, paths) ->
        paths.forEach(
            p -> causes.add(new Cause("FieldManagerConflict", "conflict with " + m.title(), p))));
    var message =
        causes.size() == 1
            ? "Apply failed with 1 conflict: "
                + causes.getFirst().message()
                + ": "
                + causes.getFirst().field()
            : "Apply failed with "
                + causes.size()
                + " conflicts: "
                + found.entrySet().stream()
                    .map(e ->
                        "conflicts with "
                            + e.getKey().title()
                            + ":\n"
                            + e.getValue().stream()
                                .map(p -> "- " + p)
                                .collect(Collectors.joining("\n")))
                    .collect(Collectors.joining("\n"));
    return new StatusException(409, "Conflict", message, Optional.empty(), "", causes);
  }

  /** What another changed or took away is nobody else's any more. */
  private void drop(FieldSet fields, Manager except) {
    sets.replaceAll((m, set) -> m.equals(except) ? set : set.minus(fields));
    sets.values().removeIf(FieldSet::isEmpty);
  }

  private void put(Manager manager, FieldSet set) {
    if (set.equals(sets.get(manager))) return;
    sets.put(manager, set);
    times.put(manager, now);
  }

  private ObjectNode write(ObjectNode object) {
    var list = Json.array();
    sets.forEach((m, set) -> {
      if (set.isEmpty()) return;
      var entry = list.addObject();
      entry.put("manager", m.name()).put("operation", m.operation());
      entry.put("apiVersion", m.version()).put("time", times.getOrDefault(m, now));
      entry.put("fieldsType", "FieldsV1").set("fieldsV1", set.json());
      if (!m.subresource().isEmpty()) entry.put("subresource", m.subresource());
    });
    if (list.isEmpty()) Json.remove(object, "metadata.managedFields");
    else Json.put(object, "metadata.managedFields", list);
    return object;
  }

  /** What has owners: not what says which object it is, and the status as a part of its own. */
  private static ObjectNode plain(ObjectNode object, Optional<String> subresource) {
    var plain = object.deepCopy();
    plain.remove(List.of("apiVersion", "kind"));
    for (var key : IDENTITY) Json.remove(plain, "metadata." + key);
    if (subresource.isEmpty()) plain.remove("status");
    else plain.retain("status");
    return plain;
  }

  private static FieldSet tracked(FieldSet set) {
    var tracked = set.without("f:apiVersion").without("f:kind").without("f:status");
    for (var key : IDENTITY) tracked = tracked.without("f:metadata", "f:" + key);
    return tracked;
  }
}
