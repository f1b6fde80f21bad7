package runbook.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Selector;
import runbook.sandbox.store.Store;

/** Which pods are behind a Service: one slice for each. */
final class Endpoints extends Controller {
  private static final String SERVICE = "kubernetes.io/service-name";

  Endpoints(Store store) {
    super(store, "endpointslice-controller");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.SERVICES, Resources.PODS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    if (change.resource().equals(Resources.SERVICES)) return Stream.of(Key.of(change.object()));
    return store
        .list(
            Resources.SERVICES,
            Optional.of(Objects.namespace(change.object())),
            s ->
                selects(s, change.object())
                    || change.before().filter(b -> selects(s, b)).isPresent())
        .items()
        .stream()
        .map(Key::of);
  }

  private static boolean selects(ObjectNode service, ObjectNode pod) {
    var wanted = service.at("/spec/selector");
    if (wanted.isEmpty()) return false;
    var selector = Json.object();
    selector.set("matchLabels", wanted);
    return Selector.labels((JsonNode) selector).orElseThrow().test(pod);
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var service = key.in(store, Resources.SERVICES);
    if (service.isEmpty() || service.get().at("/spec/selector").isEmpty()) return Optional.empty();
    var pods =
        store
            .list(
                Resources.PODS,
                Optional.of(key.namespace()),
                p ->
                    selects(service.get(), p)
                        && !Pods.hasEnded(p)
                        && !Json.text(p, "status.podIP").isEmpty())
            .items();
    var endpoints = Json.array();
    pods.forEach(p -> endpoints.add(endpoint(p)));
    var ports = ports(service.get(), pods);
    var slice = slice(service.get());
    store.modify(
        Resources.ENDPOINT_SLICES,
        key.namespace(),
        Objects.name(slice),
        s -> {
          s.set("endpoints", endpoints);
          s.set("ports", ports);
          return s;
        });
    return Optional.empty();
  }

  private ObjectNode slice(ObjectNode service) {
    var there = Objects.children(store, Resources.ENDPOINT_SLICES, service).stream().findFirst();
    if (there.isPresent()) return there.get();
    var slice = Json.object();
    var metadata = slice.putObject("metadata");
    metadata.put("generateName", Objects.name(service) + "-");
    metadata.put("namespace", Objects.namespace(service));
    var labels = metadata.putObject("labels");
    Json.entries(service, "metadata.labels").forEach(e -> labels.set(e.getKey(), e.getValue()));
    labels.put(SERVICE, Objects.name(service));
    labels.put("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io");
    metadata.putArray("ownerReferences").add(Objects.reference(service));
    slice.put("addressType", "IPv4");
    return store.create(Resources.ENDPOINT_SLICES, slice);
  }

  private static ObjectNode endpoint(ObjectNode pod) {
    boolean going = Objects.isGoing(pod);
    boolean ready = Pods.isReady(pod);
    var endpoint = Json.object();
    endpoint.putArray("addresses").add(Json.text(pod, "status.podIP"));
    endpoint
        .putObject("conditions")
        .put("ready", ready && !going)
        .put("serving", ready)
        .put("terminating", going);
    endpoint.put("nodeName", Json.text(pod, "spec.nodeName"));
    endpoint
        .putObject("targetRef")
        .put("kind", "Pod")
        .put("namespace", Objects.namespace(pod))
        .put("name", Objects.name(pod))
        .put("uid", Objects.uid(pod));
    return endpoint;
  }

  private static JsonNode ports(ObjectNode service, List<ObjectNode> pods) {
    var ports = Json.array();
    for (var port : Json.items(service, "spec.ports").toList())
      number(port.path("targetPort"), pods)
          .ifPresent(n ->
              ports
                  .addObject()
                  .put("name", port.path("name").asText())
                  .put("port", n)
                  .put("protocol", port.path("protocol").asText("TCP")));
    return ports;
  }

  /** A port by its number, or by the name that the pods' containers give it. */
  private static Optional<Long> number(JsonNode target, List<ObjectNode> pods) {
    if (target.isIntegralNumber()) return Optional.of(target.asLong());
    if (target.asText().matches("[0-9]+")) return Optional.of(Long.parseLong(target.asText()));
    return pods.stream()
        .flatMap(p -> Json.items(p, "spec.containers"))
        .flatMap(c -> Json.items(c, "ports"))
        .filter(p -> p.path("name").asText().equals(target.asText()))
        .map(p -> p.path("containerPort").asLong())
        .findFirst();
  }
}
