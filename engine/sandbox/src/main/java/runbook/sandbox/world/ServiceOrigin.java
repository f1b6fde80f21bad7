package runbook.sandbox.world;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import runbook.sandbox.box.Link;
import runbook.sandbox.box.World;
import runbook.sandbox.edge.Origin;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** A Service of the cluster as what is behind the edge: any of its pods that is ready. */
final class ServiceOrigin implements Origin {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Store store;
  private final World world;
  private final String namespace;
  private final String service;

  ServiceOrigin(Store store, World world, String namespace, String service) {
    this.store = store;
    this.world = world;
    this.namespace = namespace;
    this.service = service;
  }

  private record Endpoint(String address, int port) {}

  @Override
  public Origin.Connection connect(String host) throws IOException {
    var endpoint =
        endpoint()
            .orElseThrow(() -> new IOException("no endpoint of service " + service + " is ready"));
    return open(world.connect(endpoint.address, endpoint.port, LIMIT));
  }

  private Optional<Endpoint> endpoint() {
    return store
        .list(
            Resources.ENDPOINT_SLICES,
            Optional.of(namespace),
            s -> s.at("/metadata/labels/kubernetes.io~1service-name").asText().equals(service))
        .items()
        .stream()
        .filter(s -> s.at("/ports/0/port").isIntegralNumber())
        .flatMap(s ->
            Json.items(s, "endpoints")
                .filter(e -> e.at("/conditions/ready").asBoolean())
                .map(e ->
                    new Endpoint(e.at("/addresses/0").asText(), s.at("/ports/0/port").asInt())))
        .findFirst();
  }

  private static Origin.Connection open(Link link) {
    return new Origin.Connection() {
      @Override
      public InputStream in() {
        return link.input();
      }

      @Override
      public OutputStream out() {
        return link.output();
      }

      @Override
      public void close() {
        try {
          link.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
