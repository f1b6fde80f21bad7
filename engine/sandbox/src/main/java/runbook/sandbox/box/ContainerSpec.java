package runbook.sandbox.box;

import java.util.List;
import java.util.Map;

/**
 * What a container is made of.
 *
 * @param tree what its root view holds beside this machine's {@code /usr}
 * @param mounts in any order; a mount below another one comes after it
 * @param command program and arguments; the program is looked up in {@code PATH} of {@code
 *     environment}
 * @param environment all of the process's environment
 * @param directory where the process starts; made when it does not exist
 * @param hostname its host name
 * @param readOnlyRoot whether only mounts can be written
 */
public record ContainerSpec(
    Tree tree,
    List<Mount> mounts,
    List<String> command,
    Map<String, String> environment,
    String directory,
    String hostname,
    Identity identity,
    boolean readOnlyRoot) {
  public ContainerSpec {
    mounts = List.copyOf(mounts);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
