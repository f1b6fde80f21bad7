package runbook.action;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import runbook.type.Secret;

/** Kubernetes objects as plain data. */
final class Objects {
  /** What the API server writes into an object's metadata, never a person. */
  private static final Set<String> SERVERS =
      Set.of(
          "managedFields",
          "resourceVersion",
          "uid",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "finalizers",
          "selfLink");

  private Objects() {}

  /** A value deep inside; empty where the way ends. */
  static Optional<Object> at(Object object, String... way) {
    Object here = object;
    for (var name : way) {
      if (!(here instanceof Map<?, ?> map) || map.get(name) == null) return Optional.empty();
      here = map.get(name);
    }
    return Optional.of(here);
  }

  static Optional<String> text(Object object, String... way) {
    return at(object, way).filter(String.class::isInstance).map(String.class::cast);
  }

  static Optional<Long> number(Object object, String... way) {
    return at(object, way).filter(Number.class::isInstance).map(n -> ((Number) n).longValue());
  }

  static List<?> list(Object object, String... way) {
    return at(object, way).filter(List.class::isInstance).map(l -> (List<?>) l).orElse(List.of());
  }

  /**
   * The object without what the server and its controllers wrote: equal ones are equal, and it can
   * be applied again.
   */
  static Map<String, Object> restorable(Map<String, Object> object) {
    var out = new LinkedHashMap<String, Object>();
    object.forEach((k, v) -> plain(v).ifPresent(p -> out.put(k, p)));
    out.remove("status");
    if (out.get("metadata") instanceof Map<?, ?> map) {
      var metadata = new LinkedHashMap<String, Object>();
      map.forEach((k, v) -> metadata.put(String.valueOf(k), v));
      metadata.keySet().removeAll(SERVERS);
      if (metadata.get("annotations") instanceof Map<?, ?> annotations) {
        var kept = new LinkedHashMap<String, Object>();
        annotations.forEach((k, v) -> kept.put(String.valueOf(k), v));
        kept.keySet().removeIf(Objects::isControllers);
        if (kept.isEmpty()) metadata.remove("annotations");
        else metadata.put("annotations", kept);
      }
      out.put("metadata", metadata);
    }
    return out;
  }

  private static boolean isControllers(String annotation) {
    return annotation.startsWith("pv.kubernetes.io/")
        || annotation.startsWith("volume.kubernetes.io/")
        || annotation.startsWith("volume.beta.kubernetes.io/")
        || annotation.equals("deployment.kubernetes.io/revision")
        || annotation.equals("kubectl.kubernetes.io/last-applied-configuration");
  }

  /** Whether there is a secret of the plan in it. */
  static boolean hasSecret(Object value) {
    return switch (value) {
      case Secret _ -> true;
      case Map<?, ?> map -> map.values().stream().anyMatch(Objects::hasSecret);
      case List<?> list -> list.stream().anyMatch(Objects::hasSecret);
      default -> false;
    };
  }

  /**
   * A changeable copy; numbers as the language has them, so that they are the same after a
   * journal's round trip, and secrets written out.
   */
  static Optional<Object> plain(Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case Integer n -> Optional.of(n.longValue());
      case Double n -> Optional.of(new BigDecimal(n.toString()));
      case Secret s -> Optional.of(s.reveal());
      case List<?> list -> {
        var out = new ArrayList<Object>();
        for (var v : list) plain(v).ifPresent(out::add);
        yield Optional.of(out);
      }
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> plain(v).ifPresent(p -> out.put(String.valueOf(k), p)));
        yield Optional.of(out);
      }
      default -> Optional.of(value);
    };
  }

  /** As JSON, for a command that a person copies. */
  static String json(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> quoted(String.valueOf(e.getKey())) + ": " + json(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case List<?> list ->
          list.stream().map(Objects::json).collect(Collectors.joining(", ", "[", "]"));
      case Number n -> n.toString();
      case Boolean b -> b.toString();
      default -> quoted(String.valueOf(value));
    };
  }

  private static String quoted(String text) {
    var out = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') out.append('\\').append((char) c);
          else if (c < 0x20) out.append(String.format("\\u%04x", c));
          else out.append((char) c);
        });
    return out.append('"').toString();
  }
}
