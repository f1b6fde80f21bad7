package runbook.sandbox.linode;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose volumes they are.
 *
 * @param tokens each with its scopes, such as {@code volumes:read_write}; {@code *} is all of them
 * @param regions where volumes can be, such as {@code eu-central}
 * @param instances the machines
 */
public record Account(
    String username,
    Map<String, Set<String>> tokens,
    List<String> regions,
    List<Instance> instances) {
  public Account {
    tokens = Map.copyOf(tokens);
    regions = List.copyOf(regions);
    instances = List.copyOf(instances);
  }

  public Optional<Instance> instance(long id) {
    return instances.stream().filter(i -> i.id() == id).findFirst();
  }
}
