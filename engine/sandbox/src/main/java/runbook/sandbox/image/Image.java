package runbook.sandbox.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.sandbox.box.Mount;
import runbook.sandbox.box.Tree;

/**
 * What a container is started from.
 *
 * @param user as an image's configuration has it: a name or number, perhaps with a group; empty for
 *     root
 * @param alone the user to be where a machine lets the sandbox have one only; empty means {@code
 *     user}
 * @param stopSignal what asks its process to end, without SIG
 * @param volumes folders that an image declares as volumes, which {@code tree} has
 */
public record Image(
    Tree tree,
    List<Mount> mounts,
    Accounts accounts,
    List<String> entrypoint,
    List<String> command,
    Map<String, String> environment,
    String user,
    Optional<String> alone,
    String stopSignal,
    String directory,
    List<String> volumes) {
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  public Image {
    mounts = List.copyOf(mounts);
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    volumes = List.copyOf(volumes);
  }

  /** The machine's own programs in a small tree, and nothing that it starts. */
  static Image shell(Accounts accounts) {
    Tree files =
        new Tree(
            List.of(
                new Tree.Text("/etc/nsswitch.conf", NSSWITCH, 0644),
                new Tree.Text("/etc/shells", "/bin/sh\n", 0644),
                new Tree.Text("/etc/resolv.conf", "", 0644)));
    return new Image(
        accounts.tree().and(files),
        List.of(),
        accounts,
        List.of(),
        List.of(),
        Map.of("PATH", PATH),
        "",
        Optional.empty(),
        "TERM",
        "/",
        List.of());
  }

  /** Names come from files alone: without a name server there is nothing to wait for. */
  private static final String NSSWITCH =
      "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n";

  Image with(Tree furtherTree, List<Mount> furtherMounts, Map<String, String> furtherEnvironment) {
    List<Mount> allMounts = new ArrayList<>(mounts);
    allMounts.addAll(furtherMounts);
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.putAll(furtherEnvironment);
    return new Image(
        tree.and(furtherTree),
        allMounts,
        accounts,
        entrypoint,
        command,
        all,
        user,
        alone,
        stopSignal,
        directory,
        volumes);
  }

  Image starting(List<String> newEntrypoint, List<String> newCommand, String newStopSignal) {
    return new Image(
        tree,
        mounts,
        accounts,
        newEntrypoint,
        newCommand,
        environment,
        user,
        alone,
        newStopSignal,
        directory,
        volumes);
  }

  Image as(
      String newUser, Optional<String> newAlone, String newDirectory, List<String> newVolumes) {
    return new Image(
        tree,
        mounts,
        accounts,
        entrypoint,
        command,
        environment,
        newUser,
        newAlone,
        stopSignal,
        newDirectory,
        newVolumes);
  }
}
