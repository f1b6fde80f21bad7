package runbook.sandbox.api;

import java.util.List;
import java.util.Optional;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;

/**
 * What a path names.
 *
 * @param namespace empty for all, or where there are none
 * @param name empty for the collection
 * @param subresource as {@code status}; {@code proxy/…} is not served
 */
record Target(
    Resource resource,
    Optional<String> namespace,
    Optional<String> name,
    Optional<String> subresource) {

  /** Empty where a path names no resource. */
  static Optional<Target> of(List<String> path) {
    if (path.size() < 3) return Optional.empty();
    boolean core = path.getFirst().equals("api");
    if (!core && !path.getFirst().equals("apis")) return Optional.empty();
    var version = core ? path.get(1) : path.get(1) + "/" + path.get(2);
    var rest = path.subList(core ? 2 : 3, path.size());
    if (rest.isEmpty()) return Optional.empty();
    if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
      var within = of(version, Optional.of(rest.get(1)), rest.subList(2, rest.size()));
      // status and finalize are of the namespace itself
      if (within.isPresent() && within.get().resource.namespaced()) return within;
    }
    return of(version, Optional.empty(), rest);
  }

  private static Optional<Target> of(
      String version, Optional<String> namespace, List<String> rest) {
    if (rest.size() > 3) return Optional.empty();
    return Resources.find(version, rest.getFirst())
        .map(r ->
            new Target(
                r,
                namespace,
                rest.size() > 1 ? Optional.of(rest.get(1)) : Optional.empty(),
                rest.size() > 2 ? Optional.of(rest.get(2)) : Optional.empty()))
        .filter(t ->
            t.subresource.isEmpty() || t.resource.subresources().contains(t.subresource.get()));
  }

  /** As reviews name it: {@code pods/exec}. */
  String title() {
    return resource.plural() + subresource.map(s -> "/" + s).orElse("");
  }

  /** The namespace of an object that is there; empty for one that is in none. */
  String space() {
    return namespace.orElse("");
  }

  boolean is(Resource r) {
    return resource.equals(r);
  }

  boolean isNamespace() {
    return is(Resources.NAMESPACES);
  }
}
