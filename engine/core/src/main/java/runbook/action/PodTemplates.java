package runbook.action;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.yaml.Yaml;

/** Where objects of the various kinds have their containers. */
final class PodTemplates {
  private static final List<String> LISTS = List.of("initContainers", "containers");

  private PodTemplates() {}

  /** The way from an object to its pod's specification; empty for kinds that have none. */
  private static Optional<List<String>> way(String kind) {
    return switch (kind) {
      case "Pod" -> Optional.of(List.of("spec"));
      case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job" ->
          Optional.of(List.of("spec", "template", "spec"));
      case "CronJob" -> Optional.of(List.of("spec", "jobTemplate", "spec", "template", "spec"));
      default -> Optional.empty();
    };
  }

  /** The containers of an object in a file, those that only initialise among them. */
  static List<Yaml.Mapping> containers(String kind, Yaml.Mapping object) {
    var out = new ArrayList<Yaml.Mapping>();
    var way = way(kind);
    if (way.isEmpty()) return out;
    Optional<Yaml> here = Optional.of(object);
    for (var name : way.get()) here = here.flatMap(y -> child(y, name));
    for (var list : LISTS) {
      if (here.flatMap(y -> child(y, list)).orElse(object) instanceof Yaml.Sequence items) {
        for (var item : items.items()) if (item instanceof Yaml.Mapping m) out.add(m);
      }
    }
    return out;
  }

  private static Optional<Yaml> child(Yaml yaml, String name) {
    return yaml instanceof Yaml.Mapping m ? m.get(name) : Optional.empty();
  }

  /** The containers of an object as data. */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> containers(Map<String, Object> object) {
    var out = new ArrayList<Map<String, Object>>();
    var way = Objects.text(object, "kind").flatMap(PodTemplates::way);
    if (way.isEmpty()) return out;
    var spec = Objects.at(object, way.get().toArray(String[]::new)).orElse(Map.of());
    for (var list : LISTS) {
      for (var item : Objects.list(spec, list)) {
        if (item instanceof Map<?, ?> map) out.add((Map<String, Object>) map);
      }
    }
    return out;
  }
}
