package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import runbook.sandbox.box.World;
import runbook.sandbox.json.Json;

/** Leads the addresses of Services to pods that are ready: what kube-proxy does. */
final class ServiceAddresses {
  private final World world;
  private final Set<String> led = new HashSet<>();

  ServiceAddresses(World world) {
    this.world = world;
  }

  /**
   * Brings all addresses up to date.
   *
   * @return whether all could be
   */
  boolean lead(Names names) {
    boolean all = true;
    Set<String> wanted = new HashSet<>();
    for (ObjectNode service : names.services()) {
      String address = Json.text(service, "spec.clusterIP");
      if (!address.isEmpty() && !address.equals("None")) {
        wanted.add(address);
        led.add(address);
        Map<Integer, List<InetSocketAddress>> targets = targets(names, service);
        all &= done(() -> world.services().set(address, targets));
      }
    }
    for (String address : List.copyOf(led)) {
      if (!wanted.contains(address)) {
        led.remove(address);
        all &= done(() -> world.services().remove(address));
      }
    }
    return all;
  }

  private interface Action {
    void run() throws IOException;
  }

  private static boolean done(Action action) {
    try {
      action.run();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** For each TCP port of a Service the addresses that are ready behind it. */
  private static Map<Integer, List<InetSocketAddress>> targets(Names names, JsonNode service) {
    Map<Integer, List<InetSocketAddress>> targets = new HashMap<>();
    for (JsonNode port : Json.items(service, "spec.ports").toList()) {
      List<InetSocketAddress> ready = new ArrayList<>();
      names
          .slices(service)
          .forEach(slice ->
              Json.items(slice, "ports")
                  .filter(p -> Json.text(p, "name").equals(Json.text(port, "name")))
                  .forEach(p -> addReady(slice, p.path("port").asInt(), ready)));
      targets.put(port.path("port").asInt(), List.copyOf(ready));
    }
    return targets;
  }

  private static void addReady(JsonNode slice, int port, List<InetSocketAddress> ready) {
    Json.items(slice, "endpoints")
        .filter(Names::ready)
        .forEach(e ->
            ready.add(
                InetSocketAddress.createUnresolved(e.path("addresses").path(0).asText(), port)));
  }
}
