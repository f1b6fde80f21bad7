package runbook.sandbox.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import runbook.sandbox.box.Pod;
import runbook.sandbox.box.WorldFolder;
import runbook.sandbox.json.Json;

/** What the containers of one pod stand on: its folder, its volumes, its network. */
final class Ground {
  private final NodeParts node;
  private final Path folder;
  private final Volumes volumes;
  private volatile Optional<Pod> network = Optional.empty();
  private String address = "";
  private boolean mounted;

  Ground(NodeParts node, String uid) {
    this.node = node;
    this.folder = node.world().folder().resolve("pods").resolve(uid);
    this.volumes =
        new Volumes(
            node.store(), node.world(), node.disks(), node.name(), folder.resolve("volumes"));
  }

  Path folder() {
    return folder;
  }

  Optional<Pod> network() {
    return network;
  }

  /** The pod's address, once it had one. */
  Optional<String> address() {
    return Optional.of(address).filter(a -> !a.isEmpty());
  }

  private Path hosts() {
    return folder.resolve("etc-hosts");
  }

  private Downward downward(ObjectNode pod) {
    return new Downward(pod, address, node.world().gateway());
  }

  private Ownership ownership(ObjectNode pod) {
    return new Ownership(
        Json.number(pod, "spec.securityContext.fsGroup").map(Long::intValue),
        node.world().hasUsers());
  }

  /**
   * Makes what is missing: volumes, then the network.
   *
   * @throws Fault while a volume cannot be had
   */
  void lay(ObjectNode pod) throws Fault, IOException {
    if (!mounted) {
      Files.createDirectories(folder);
      volumes.mount(downward(pod), ownership(pod));
      mounted = true;
    }
    if (network.isEmpty()) {
      Pod made = node.world().pod();
      network = Optional.of(made);
      address = made.address();
      rename(pod);
    }
  }

  /** Writes the names of Services anew. */
  void rename(ObjectNode pod) throws IOException {
    if (network.isPresent()) {
      Launcher.writeHosts(hosts(), pod, address, node.names());
    }
  }

  /** Brings files up to date that are made of objects. */
  void refresh(ObjectNode pod) throws IOException {
    if (mounted) {
      volumes.refresh(downward(pod), ownership(pod));
    }
  }

  Launcher launcher(ObjectNode pod) {
    return new Launcher(
        node.store(), downward(pod), volumes, hosts(), node.world().hasUsers(), node.names());
  }

  /** Gives network and memory back; files stay to be read. */
  void giveBack() throws IOException {
    if (network.isPresent()) {
      network.get().close();
      network = Optional.empty();
    }
    volumes.unmount();
  }

  void remove() throws IOException {
    giveBack();
    WorldFolder.delete(folder);
  }
}
