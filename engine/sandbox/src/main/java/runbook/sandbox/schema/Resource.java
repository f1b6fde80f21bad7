package runbook.sandbox.schema;

import java.util.List;

/**
 * A resource of the API, as discovery tells of it.
 *
 * @param group empty for the core group
 * @param plural as it stands in paths
 * @param subresources names of what is below its objects: {@code status}, {@code scale}
 */
public record Resource(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    boolean namespaced,
    List<String> verbs,
    List<String> shortNames,
    List<String> categories,
    List<String> subresources) {

  /** {@code apps/v1}, or {@code v1} in the core group. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** As messages name it: {@code deployments.apps}, {@code pods}. */
  public String title() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  @Override
  public String toString() {
    return title();
  }

  /** Two are the same when their group and their name are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Resource r && r.group.equals(group) && r.plural.equals(plural);
  }

  @Override
  public int hashCode() {
    return 31 * group.hashCode() + plural.hashCode();
  }
}
