package runbook.world;

import java.util.List;
import java.util.Optional;

/** Workers routes at Cloudflare (API v4). */
public interface Cloudflare {

  /**
   * @param active whether the zone is served by Cloudflare
   */
  record Zone(String id, String name, boolean active, String accountId) {}

  /**
   * @param script empty: the route keeps workers away from what it matches
   */
  record Route(String id, String pattern, Optional<String> script) {}

  Optional<Zone> zone(String name);

  List<Route> routes(String zoneId);

  /**
   * Creates it; a {@link Failure} of kind {@code REFUSED} if the pattern is taken or the script is
   * missing.
   */
  Route createRoute(String zoneId, String pattern, Optional<String> script);

  Route updateRoute(String zoneId, Route route);

  /** Deletes it; it is no failure when it is gone already. */
  void deleteRoute(String zoneId, String routeId);

  /** Whether the account has this script; empty when the token may not know. */
  Optional<Boolean> hasScript(String accountId, String script);
}
