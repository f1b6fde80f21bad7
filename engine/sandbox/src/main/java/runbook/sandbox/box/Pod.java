package runbook.sandbox.box;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A network of its own for the containers of one pod: loopback, one address, no way out. */
public final class Pod implements AutoCloseable {
  private final World world;
  private final String name;
  private final String address;
  private final Set<String> further = new LinkedHashSet<>();

  private Pod(World world, String name, String address) {
    this.world = world;
    this.name = name;
    this.address = address;
  }

  static Pod create(World world, String name, String address) throws IOException {
    world.ip(
        List.of(
            "netns add " + name,
            "link add " + name + " type veth peer name eth0 netns " + name,
            "link set " + name + " master pods up",
            "netns exec %s %s link set lo up".formatted(name, Tool.IP.path())));
    world.run(
        """
        address add %s/16 dev eth0
        link set eth0 up
        route add default via %s
        """
            .formatted(address, world.gateway()),
        Tool.IP.path(),
        "-n",
        name,
        "-batch",
        "-");
    return new Pod(world, name, address);
  }

  public World world() {
    return world;
  }

  /** The network's name in the world, under {@code /run/netns}. */
  public String name() {
    return name;
  }

  public String address() {
    return address;
  }

  /** Makes the pod answer for these addresses too, and for no others of those given before. */
  public synchronized void answerFor(Set<String> addresses) throws IOException {
    List<String> lines =
        Stream.concat(
                addresses.stream()
                    .filter(a -> !further.contains(a))
                    .map(a -> "address add " + a + "/32 dev lo"),
                further.stream()
                    .filter(a -> !addresses.contains(a))
                    .map(a -> "address del " + a + "/32 dev lo"))
            .toList();
    if (!lines.isEmpty()) {
      world.run(String.join("\n", lines) + "\n", Tool.IP.path(), "-n", name, "-batch", "-");
      further.clear();
      further.addAll(addresses);
    }
  }

  /** Starts a container in this pod's network. */
  public Container start(ContainerSpec spec) throws IOException {
    return Container.start(this, spec);
  }

  /** Takes the network away; the pod's containers must have ended. */
  @Override
  public void close() throws IOException {
    world.ip(List.of("link del " + name, "netns del " + name));
  }
}
