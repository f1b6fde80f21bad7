package runbook.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request in the words of {@code kubectl}: {@code get deployments.apps postgres}.
 *
 * @param resource with its group, and its subresource: {@code deployments.apps/scale}
 */
record KubernetesCall(
    String verb, String resource, Optional<String> namespace, Optional<String> name) {

  /**
   * @param path without the server; a query is ignored
   */
  static KubernetesCall of(String method, String path) {
    var parts = new ArrayList<>(List.of(path.replaceAll("\\?.*", "").split("/")));
    boolean core = parts.removeFirst().equals("api");
    var group = core || parts.isEmpty() ? "" : "." + parts.removeFirst();
    if (!parts.isEmpty()) parts.removeFirst(); // the version
    Optional<String> namespace = Optional.empty();
    if (parts.size() > 2 && parts.getFirst().equals("namespaces")) {
      namespace = Optional.of(parts.get(1));
      parts.subList(0, 2).clear();
    }
    if (parts.isEmpty()) return new KubernetesCall("get", "the kinds", namespace, Optional.empty());
    var name = parts.size() > 1 ? Optional.of(parts.get(1)) : Optional.<String>empty();
    var below = parts.size() > 2 ? "/" + parts.get(2) : "";
    var verb =
        switch (method) {
          case "GET" -> name.isPresent() ? "get" : "list";
          case "POST" -> "create";
          case "PUT" -> "update";
          default -> method.toLowerCase(java.util.Locale.ROOT);
        };
    return new KubernetesCall(verb, parts.getFirst() + group + below, namespace, name);
  }

  /** The right that the caller needs for it. */
  String right() {
    return "`" + verb + " " + resource + "`" + where();
  }

  private String where() {
    return namespace.map(n -> " in the namespace `" + n + "`").orElse("");
  }

  @Override
  public String toString() {
    return "`" + verb + " " + resource + name.map(n -> " " + n).orElse("") + "`" + where();
  }
}
