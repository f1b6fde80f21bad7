package runbook.sandbox.api;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.StatusException;

/** Who may do what: the one user may do all, but for the rights that were taken away. */
public final class Access {
  /** Whose token it is. */
  public static final String USER = "sandbox-admin";

  /**
   * A right; {@code *} stands for each.
   *
   * @param resource plural, with its subresource: {@code pods/exec}
   * @param namespace empty for every one
   */
  public record Right(String verb, String group, String resource, Optional<String> namespace) {
    boolean covers(String verb, String group, String resource, Optional<String> namespace) {
      return is(this.verb, verb)
          && is(this.group, group)
          && is(this.resource, resource)
          && (this.namespace.isEmpty() || this.namespace.equals(namespace));
    }

    private static boolean is(String pattern, String word) {
      return pattern.equals("*") || pattern.equals(word);
    }
  }

  private final List<Right> missing = new CopyOnWriteArrayList<>();

  /** Takes a right away. */
  public void take(Right right) {
    missing.add(right);
  }

  /** Gives back all that was taken away. */
  public void restore() {
    missing.clear();
  }

  List<Right> missing() {
    return List.copyOf(missing);
  }

  boolean may(String verb, String group, String resource, Optional<String> namespace) {
    return missing.stream().noneMatch(r -> r.covers(verb, group, resource, namespace));
  }

  void require(String verb, Target target) {
    Resource r = target.resource();
    if (may(verb, r.group(), target.title(), target.namespace())) return;
    var what =
        "User \""
            + USER
            + "\" cannot "
            + verb
            + " resource \""
            + target.title()
            + "\" in API group \""
            + r.group()
            + "\""
            + target
                .namespace()
                .map(n -> " in the namespace \"" + n + "\"")
                .orElse(" at the cluster scope");
    var name = target.name().orElse("");
    throw new StatusException(
        403,
        "Forbidden",
        (target.subresource().isEmpty() && !name.isEmpty()
                ? r.title() + " \"" + name + "\""
                : r.title() + (name.isEmpty() ? "" : " \"" + name + "\""))
            + " is forbidden: "
            + what,
        Optional.of(r),
        name,
        List.of());
  }
}
