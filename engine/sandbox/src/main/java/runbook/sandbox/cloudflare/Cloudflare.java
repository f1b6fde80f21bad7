package runbook.sandbox.cloudflare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** One account with its zones, scripts, routes and tokens. */
public final class Cloudflare {
  private final String accountId;
  private final String accountName;
  private final Map<String, Token> tokens;
  private final Map<String, Script> scripts = new LinkedHashMap<>();
  private final Map<Zone, List<Route>> routes = new LinkedHashMap<>();

  /**
   * @param tokens by their secrets
   */
  public Cloudflare(
      String accountName, Map<String, Token> tokens, List<Zone> zones, List<Script> scripts) {
    this.accountId = newId();
    this.accountName = accountName;
    this.tokens = Map.copyOf(tokens);
    for (var zone : zones) routes.put(zone, new ArrayList<>());
    for (var script : scripts) this.scripts.put(script.name(), script);
  }

  /** 32 hexadecimal digits, as everything here is named. */
  public static String newId() {
    var bytes = new byte[16];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  public String accountId() {
    return accountId;
  }

  String accountName() {
    return accountName;
  }

  Optional<Token> token(String secret) {
    return Optional.ofNullable(tokens.get(secret));
  }

  public synchronized List<Zone> zones() {
    return List.copyOf(routes.keySet());
  }

  public synchronized List<Script> scripts() {
    return List.copyOf(scripts.values());
  }

  public synchronized Optional<Script> script(String name) {
    return Optional.ofNullable(scripts.get(name));
  }

  /** In the order in which they were made. */
  public synchronized List<Route> routes(Zone zone) {
    return List.copyOf(of(zone));
  }

  private List<Route> of(Zone zone) {
    return Optional.ofNullable(routes.get(zone)).orElseThrow(ApiError::badUri);
  }

  synchronized Optional<Route> route(Zone zone, String id) {
    return of(zone).stream().filter(r -> r.id().equals(id)).findFirst();
  }

  /**
   * Adds a route.
   *
   * @throws IllegalArgumentException in the API's words, when there cannot be such a route
   */
  public Route add(Zone zone, String pattern, Optional<String> script) {
    try {
      return create(zone, pattern, script);
    } catch (ApiError e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  synchronized Route create(Zone zone, String pattern, Optional<String> script) {
    var route = checked(zone, newId(), pattern, script);
    of(zone).add(route);
    return route;
  }

  synchronized Route replace(Zone zone, String id, String pattern, Optional<String> script) {
    if (route(zone, id).isEmpty()) throw ApiError.noRoute();
    var route = checked(zone, id, pattern, script);
    of(zone).replaceAll(r -> r.id().equals(id) ? route : r);
    return route;
  }

  synchronized void remove(Zone zone, String id) {
    if (!of(zone).removeIf(r -> r.id().equals(id))) throw ApiError.noRoute();
  }

  private Route checked(Zone zone, String id, String text, Optional<String> script) {
    var pattern = RoutePattern.parse(text, zone).orElseThrow(ApiError::badPattern);
    if (script.isPresent() && !scripts.containsKey(script.get())) throw ApiError.badScript();
    for (var other : of(zone))
      if (other.pattern().text().equals(text) && !other.id().equals(id))
        throw ApiError.duplicateRoute();
    return new Route(id, pattern, script);
  }

  /**
   * The script that answers for a URL: that of the most specific route, which may have none.
   *
   * @param target path and query
   */
  public synchronized Optional<Script> scriptFor(String scheme, String host, String target) {
    return zoneOf(host).stream()
        .flatMap(zone -> of(zone).stream())
        .filter(r -> r.pattern().matches(scheme, host, target))
        .max(Comparator.comparing(Route::pattern, RoutePattern.SPECIFICITY))
        .flatMap(Route::script)
        .map(scripts::get);
  }

  /** The zone that a host belongs to; of several the narrowest. */
  public synchronized Optional<Zone> zoneOf(String host) {
    return routes.keySet().stream()
        .filter(z -> z.has(host))
        .max(Comparator.comparing(z -> z.name().length()));
  }
}
