package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/**
 * What pods know Services by: lines of their hosts file, where a real cluster has a name server,
 * and variables.
 */
record Names(List<ObjectNode> services, List<ObjectNode> slices) {

  static Names of(Store store) {
    return new Names(
        store.list(Resources.SERVICES, Optional.empty(), s -> true).items(),
        store.list(Resources.ENDPOINT_SLICES, Optional.empty(), s -> true).items());
  }

  static String serviceOf(JsonNode slice) {
    return slice.path("metadata").path("labels").path("kubernetes.io/service-name").asText();
  }

  /** The service's slices. */
  Stream<ObjectNode> slices(JsonNode service) {
    return slices.stream()
        .filter(s ->
            serviceOf(s).equals(Json.text(service, "metadata.name"))
                && Json.text(s, "metadata.namespace")
                    .equals(Json.text(service, "metadata.namespace")));
  }

  /** Lines for the hosts file of a pod in this namespace. */
  String hosts(String namespace) {
    List<String> lines = new ArrayList<>();
    for (ObjectNode service : services) {
      String name = Json.text(service, "metadata.name");
      String address = address(service);
      if (!address.isEmpty()) {
        lines.add(line(address, service, namespace, name));
      } else if (Json.text(service, "spec.type").equals("ExternalName")) {
        external(service).ifPresent(a -> lines.add(line(a, service, namespace, name)));
      } else {
        headless(service, namespace, name, lines);
      }
    }
    return lines.stream().map(l -> l + "\n").sorted().collect(Collectors.joining());
  }

  private static String address(JsonNode service) {
    String address = Json.text(service, "spec.clusterIP");
    return address.equals("None") ? "" : address;
  }

  /** An alias of another Service of this cluster; other names lead nowhere here. */
  private Optional<String> external(JsonNode service) {
    String target = Json.text(service, "spec.externalName");
    return services.stream()
        .filter(s -> target.matches(full(s) + "|" + full(s).replace(".cluster.local", "")))
        .map(Names::address)
        .filter(a -> !a.isEmpty())
        .findFirst();
  }

  private static String full(JsonNode service) {
    return "%s.%s.svc.cluster.local"
        .formatted(Json.text(service, "metadata.name"), Json.text(service, "metadata.namespace"));
  }

  private void headless(ObjectNode service, String namespace, String name, List<String> lines) {
    slices(service)
        .flatMap(s -> Json.items(s, "endpoints"))
        .filter(e -> ready(e) || service.path("spec").path("publishNotReadyAddresses").asBoolean())
        .forEach(endpoint -> {
          String address = endpoint.path("addresses").path(0).asText();
          lines.add(line(address, service, namespace, name));
          String host = Json.text(endpoint, "hostname");
          if (!host.isEmpty()) {
            lines.add(line(address, service, namespace, host + "." + name));
          }
        });
  }

  static boolean ready(JsonNode endpoint) {
    return endpoint.path("conditions").path("ready").asBoolean(true);
  }

  private static String line(String address, JsonNode service, String namespace, String name) {
    String of = Json.text(service, "metadata.namespace");
    String names = "%1$s.%2$s.svc.cluster.local %1$s.%2$s.svc %1$s.%2$s".formatted(name, of);
    return address + "\t" + names + (of.equals(namespace) ? " " + name : "");
  }

  /** The variables that stand for the Services of a namespace, and for the API server. */
  Map<String, String> variables(String namespace, boolean all) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (ObjectNode service : services) {
      String of = Json.text(service, "metadata.namespace");
      String name = Json.text(service, "metadata.name");
      boolean master = of.equals("default") && name.equals("kubernetes");
      if (!address(service).isEmpty() && (master || all && of.equals(namespace))) {
        variables(service, name, variables);
      }
    }
    return variables;
  }

  private static void variables(JsonNode service, String name, Map<String, String> variables) {
    String prefix = name.toUpperCase(Locale.ROOT).replace('-', '_');
    String address = address(service);
    boolean first = true;
    for (JsonNode port : Json.items(service, "spec.ports").toList()) {
      int number = port.path("port").asInt();
      String protocol = Json.text(port, "protocol").isEmpty() ? "TCP" : Json.text(port, "protocol");
      String url = "%s://%s:%d".formatted(protocol.toLowerCase(Locale.ROOT), address, number);
      if (first) {
        variables.put(prefix + "_SERVICE_HOST", address);
        variables.put(prefix + "_SERVICE_PORT", String.valueOf(number));
        variables.put(prefix + "_PORT", url);
      }
      first = false;
      String portName = Json.text(port, "name");
      if (!portName.isEmpty()) {
        String word = portName.toUpperCase(Locale.ROOT).replace('-', '_');
        variables.put(prefix + "_SERVICE_PORT_" + word, String.valueOf(number));
      }
      String one = "%s_PORT_%d_%s".formatted(prefix, number, protocol);
      variables.put(one, url);
      variables.put(one + "_PROTO", protocol.toLowerCase(Locale.ROOT));
      variables.put(one + "_PORT", String.valueOf(number));
      variables.put(one + "_ADDR", address);
    }
  }
}
