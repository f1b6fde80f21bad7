package runbook.sandbox.world;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import runbook.sandbox.cloudflare.Cloudflare;
import runbook.sandbox.cloudflare.Script;
import runbook.sandbox.cloudflare.Token;
import runbook.sandbox.cloudflare.Token.Permission;
import runbook.sandbox.cloudflare.Zone;

/** The account at Cloudflare that a world's file describes. */
final class CloudflareWorld {
  private CloudflareWorld() {}

  /** With its scripts, without its routes. */
  static Cloudflare of(Optional<WorldFile.Zone> zone) {
    var tokens = new LinkedHashMap<String, Token>();
    zone.map(WorldFile.Zone::tokens)
        .orElse(WorldReader.CLOUDFLARE_TOKENS)
        .forEach((secret, writes) -> tokens.put(secret, token(writes)));
    return new Cloudflare(
        "sandbox",
        tokens,
        zone.map(z -> new Zone(Cloudflare.newId(), z.name(), "active")).stream().toList(),
        zone.stream().flatMap(z -> z.scripts().stream()).map(CloudflareWorld::script).toList());
  }

  private static Token token(boolean writes) {
    return new Token(
        Cloudflare.newId(),
        Set.of(
            Permission.ZONE_READ,
            Permission.WORKERS_SCRIPTS_READ,
            writes ? Permission.WORKERS_ROUTES_WRITE : Permission.WORKERS_ROUTES_READ));
  }

  private static Script script(WorldFile.Script s) {
    return new Script(s.name(), s.status(), s.headers(), s.body());
  }

  /**
   * Adds routes.
   *
   * @throws IllegalArgumentException in Cloudflare's words, when there cannot be one
   */
  static void add(Cloudflare cloudflare, List<WorldFile.Route> routes) {
    var zone = cloudflare.zones().getFirst();
    for (var route : routes) cloudflare.add(zone, route.pattern(), route.script());
  }
}
