package runbook.cli;

import java.util.Optional;
import runbook.client.Clients;
import runbook.run.Runner;
import runbook.type.Secret;

/** Joins the plan's connections, the environment and the clients; one plan's, made once. */
final class Wiring implements Runner.Connector, AutoCloseable {
  private Optional<Clients> clients = Optional.empty();

  @Override
  public Runner.Connected connect(Runner.Settings plan) {
    var made = clients.orElseGet(() -> new Clients(settings(plan)));
    clients = Optional.of(made);
    return new Runner.Connected(made.world(), made.namespace());
  }

  private static Clients.Settings settings(Runner.Settings plan) {
    var usual = Clients.Settings.fromEnvironment(System.getenv());
    return System.getenv(Worlds.IN_SANDBOX) == null ? real(plan, usual) : inSandbox(plan, usual);
  }

  /** What the plan says of addresses and tokens leads to real systems. */
  private static Clients.Settings inSandbox(Runner.Settings plan, Clients.Settings usual) {
    return new Clients.Settings(
        usual.kubeconfig(),
        Optional.empty(),
        text(plan, "kubernetes", "namespace"),
        usual.linodeToken(),
        usual.linodeUrl(),
        usual.cloudflareToken(),
        usual.cloudflareUrl());
  }

  private static Clients.Settings real(Runner.Settings plan, Clients.Settings usual) {
    return new Clients.Settings(
        text(plan, "kubernetes", "kubeconfig").or(usual::kubeconfig),
        text(plan, "kubernetes", "context"),
        text(plan, "kubernetes", "namespace"),
        plan.get("linode", "token").map(Secret.class::cast).or(usual::linodeToken),
        text(plan, "linode", "url").orElse(usual.linodeUrl()),
        plan.get("cloudflare", "token").map(Secret.class::cast).or(usual::cloudflareToken),
        text(plan, "cloudflare", "url").orElse(usual.cloudflareUrl()));
  }

  private static Optional<String> text(Runner.Settings plan, String system, String key) {
    return plan.get(system, key).map(String.class::cast);
  }

  @Override
  public void close() {
    clients.ifPresent(Clients::close);
  }
}
