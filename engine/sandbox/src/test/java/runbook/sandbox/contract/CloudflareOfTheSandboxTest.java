package runbook.sandbox.contract;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import runbook.sandbox.cloudflare.Cloudflare;
import runbook.sandbox.cloudflare.CloudflareApi;
import runbook.sandbox.cloudflare.Script;
import runbook.sandbox.cloudflare.Token;
import runbook.sandbox.cloudflare.Token.Permission;
import runbook.sandbox.cloudflare.Zone;
import runbook.sandbox.edge.Edge;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.time.SandboxClock;

/** The contract on the sandbox. */
final class CloudflareOfTheSandboxTest extends CloudflareContract {
  private final Cloudflare cloudflare =
      new Cloudflare(
          "sandbox",
          Map.of(
              "writer", token(Permission.WORKERS_ROUTES_WRITE),
              "reader", token(Permission.WORKERS_ROUTES_READ)),
          List.of(new Zone(Cloudflare.newId(), zoneName(), "active")),
          List.of(
              new Script(
                  "maintenance",
                  503,
                  Map.of("Retry-After", "600", "Content-Type", "text/html; charset=utf-8"),
                  "<!doctype html><title>Maintenance</title>\n"),
              new Script("redirects", 200, Map.of(), "answered by the worker redirects\n")));
  private HttpServer server;
  private HttpServer edge;

  private static Token token(Permission routes) {
    return new Token(
        Cloudflare.newId(), Set.of(Permission.ZONE_READ, Permission.WORKERS_SCRIPTS_READ, routes));
  }

  @Override
  Api api() throws IOException {
    server = HttpServer.start(Optional.empty(), new CloudflareApi(cloudflare, SandboxClock.real()));
    return Api.with(server.url(), "writer");
  }

  @Override
  String readOnlyToken() {
    return "reader";
  }

  @Override
  Api edge() throws IOException {
    edge =
        HttpServer.start(
            Optional.empty(),
            new Edge(
                cloudflare,
                _ -> {
                  throw new IOException("nothing is behind this edge");
                }));
    return new Api(edge.url(), Optional.empty());
  }

  @Override
  String zoneName() {
    return "pythondiscord.com";
  }

  @Override
  void close() {
    server.close();
    edge.close();
  }
}
