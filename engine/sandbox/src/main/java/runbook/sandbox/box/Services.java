package runbook.sandbox.box;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Addresses that stand for pods, as kube-proxy gives them.
 *
 * <p>Where one pod answers on the very ports, the address is routed to it and the pod has it as its
 * own: packets go through the kernel alone, the pod sees who its client is, and a port without a
 * listener is refused by the pod. Else the world itself has the address and relays connections; a
 * port without targets is then refused by the kernel.
 */
public final class Services {
  private final World world;
  private final Relays relays;
  private final Map<String, Way> ways = new HashMap<>();

  Services(World world, Relays relays) {
    this.world = world;
    this.relays = relays;
  }

  private sealed interface Way {
    record Routed(String pod) implements Way {}

    record Relayed(Map<Integer, List<InetSocketAddress>> targets) implements Way {}
  }

  /**
   * Makes an address stand for these targets from now on.
   *
   * @param targets for each port of the address the pods' addresses and ports, perhaps none
   */
  public synchronized void set(String address, Map<Integer, List<InetSocketAddress>> targets)
      throws IOException {
    Way next = way(targets);
    Way last = ways.get(address);
    if (next.equals(last)) {
      return;
    }
    switch (next) {
      case Way.Routed(String pod) -> {
        leave(address);
        world.ip(List.of("route replace %s/32 via %s".formatted(address, pod)));
        ways.put(address, next);
        own(pod);
      }
      case Way.Relayed(var wanted) -> relay(address, wanted);
    }
  }

  /** Takes the address away: what is sent there goes nowhere. */
  public synchronized void remove(String address) throws IOException {
    if (ways.containsKey(address)) {
      leave(address);
    }
  }

  private static Way way(Map<Integer, List<InetSocketAddress>> targets) {
    Set<String> pods = new HashSet<>();
    boolean samePorts = true;
    for (var entry : targets.entrySet()) {
      for (InetSocketAddress target : entry.getValue()) {
        pods.add(target.getHostString());
        samePorts &= target.getPort() == entry.getKey();
      }
    }
    return pods.size() == 1 && samePorts
        ? new Way.Routed(pods.iterator().next())
        : new Way.Relayed(Map.copyOf(targets));
  }

  private void relay(String address, Map<Integer, List<InetSocketAddress>> wanted)
      throws IOException {
    Map<Integer, List<InetSocketAddress>> now = Map.of();
    if (ways.get(address) instanceof Way.Relayed(var current)) {
      now = current;
    } else {
      leave(address);
      world.ip(List.of("address add %s/32 dev lo".formatted(address)));
    }
    ways.put(address, new Way.Relayed(wanted));
    Set<Integer> ports = new HashSet<>(now.keySet());
    ports.addAll(wanted.keySet());
    for (int port : ports) {
      List<InetSocketAddress> targets = wanted.getOrDefault(port, List.of());
      if (!targets.equals(now.getOrDefault(port, List.of()))) {
        relays.listen(address, port, targets);
      }
    }
  }

  private void leave(String address) throws IOException {
    switch (ways.remove(address)) {
      case null -> {}
      case Way.Routed(String pod) -> {
        world.ip(List.of("route del %s/32".formatted(address)));
        own(pod);
      }
      case Way.Relayed(var targets) -> {
        for (var entry : targets.entrySet()) {
          if (!entry.getValue().isEmpty()) {
            relays.listen(address, entry.getKey(), List.of());
          }
        }
        world.ip(List.of("address del %s/32 dev lo".formatted(address)));
      }
    }
  }

  /** Lets a pod have exactly the addresses that are routed to it. */
  private void own(String podAddress) throws IOException {
    Set<String> routed =
        ways.entrySet().stream()
            .filter(e -> e.getValue().equals(new Way.Routed(podAddress)))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    var pod = world.podAt(podAddress);
    if (pod.isPresent()) {
      pod.get().answerFor(routed);
    }
  }
}
