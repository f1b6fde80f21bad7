package runbook.sandbox.box;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * As whom a process runs in a container: numbers as the container's {@code /etc/passwd} has them.
 */
public record Identity(int user, int group, List<Integer> supplementary) {
  public static final Identity ROOT = new Identity(0, 0, List.of());

  public Identity {
    supplementary = List.copyOf(supplementary);
  }

  /** All groups of the process, its first one included, separated by commas. */
  String groups() {
    return Stream.concat(Stream.of(group), supplementary.stream().filter(g -> g != group))
        .map(String::valueOf)
        .collect(Collectors.joining(","));
  }
}
