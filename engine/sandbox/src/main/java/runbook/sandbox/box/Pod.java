package runbook.sandbox.box;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A network of its own for the containers of one pod: loopback, one address, no way out. */
public final class Pod implements AutoCloseable {
  /** As a container runtime does, it lets every user have the ports below 1024. */
  private static final String CREATE =
      """
      PATH=/usr/sbin:/usr/bin:/sbin:/bin
      ip netns add "$0"
      ip link add "$0" type veth peer name eth0 netns "$0"
      ip link set "$0" master pods up
      exec nsenter --net="/run/netns/$0" sh -ec '
        printf "%s\n" "link set lo up" "address add $1/16 dev eth0" "link set eth0 up" \
          "route add default via $2" | ip -batch -
        echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
        echo "0 2147483647" >/proc/sys/net/ipv4/ping_group_range 2>/dev/null || :' "$0" "$1" "$2"
      """;

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
    world.run("", Tool.SHELL.path(), "-ec", CREATE, name, address, world.gateway());
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

  /**
   * Connects to a port of the pod's own loopback.
   *
   * @throws IOException with the reason, such as connection refused
   */
  public Link connect(int port, Duration limit) throws IOException {
    return world.connect(this, port, limit);
  }

  /** Starts a container in this pod's network. */
  public Container start(ContainerSpec spec) throws IOException {
    return Container.start(this, spec);
  }

  /** Takes the network away; the pod's containers must have ended. */
  @Override
  public void close() throws IOException {
    world.forget(this);
    world.ip(List.of("link del " + name, "netns del " + name));
  }
}
