package runbook.cli;

import java.util.Optional;
import runbook.client.Clients;
import runbook.run.Runner;
import runbook.type.Secret;

/** Joins the plan's connections, the environment and the clients. */
final class Wiring implements Runner.Connector, AutoCloseable {
  private Optional<Clients> clients = Optional.empty();

  @Override
  public Runner.Connected connect(Runner.Settings plan) {
    var usual = Clients.Settings.fromEnvironment(System.getenv());
    var settings =
        new Clients.Settings(
            text(plan, "kubernetes", "kubeconfig").or(usual::kubeconfig),
            text(plan, "kubernetes", "context"),
            text(plan, "kubernetes", "namespace"),
            plan.get("linode", "token").map(Secret.class::cast).or(usual::linodeToken),
            text(plan, "linode", "url").orElse(usual.linodeUrl()),
            plan.get("cloudflare", "token").map(Secret.class::cast).or(usual::cloudflareToken),
            text(plan, "cloudflare", "url").orElse(usual.cloudflareUrl()));
    var made = new Clients(settings);
    clients = Optional.of(made);
    return new Runner.Connected(made.world(), made.namespace());
  }

  private static Optional<String> text(Runner.Settings plan, String system, String key) {
    return plan.get(system, key).map(String.class::cast);
  }

  @Override
  public void close() {
    clients.ifPresent(Clients::close);
  }
}
