package runbook.action;

import java.util.Comparator;
import java.util.Optional;

/**
 * What a Workers route matches, by Cloudflare's rules (DOMAIN E): {@code *} only where the host
 * begins and where the path ends; the more specific pattern wins, the host before the path.
 *
 * @param scheme empty: both
 * @param anyHost whether the host is the end of a name rather than the whole of it
 * @param path without the {@code *} at its end
 */
record RoutePattern(
    Optional<String> scheme, boolean anyHost, String host, String path, boolean anyPath) {

  /** The order of the documentation's examples: host, then path, longer before shorter. */
  private static final Comparator<RoutePattern> SPECIFIC =
      Comparator.comparing((RoutePattern p) -> !p.anyHost)
          .thenComparing(p -> p.host.length())
          .thenComparing(p -> p.path.length())
          .thenComparing(p -> !p.anyPath)
          .thenComparing(p -> p.scheme.isPresent());

  /** Reads any pattern, also one that this program would not write. */
  static RoutePattern of(String text) {
    var scheme = Optional.<String>empty();
    var rest = text;
    int colon = text.indexOf("://");
    if (colon >= 0) {
      scheme = Optional.of(text.substring(0, colon).toLowerCase());
      rest = text.substring(colon + 3);
    }
    int slash = rest.indexOf('/');
    var host = (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase();
    var path = slash < 0 ? "/" : rest.substring(slash);
    boolean anyHost = host.startsWith("*");
    boolean anyPath = path.endsWith("*");
    return new RoutePattern(
        scheme,
        anyHost,
        anyHost ? host.substring(1) : host,
        anyPath ? path.substring(0, path.length() - 1) : path,
        anyPath);
  }

  /** Complains, with an {@link IllegalArgumentException}, about what Cloudflare would not take. */
  static void check(String text, String zone) {
    var say = "`" + text + "` cannot be the pattern of a route: ";
    Require.that(!text.contains("?") && !text.contains("#"), say + "it cannot match a query.");
    Require.that(text.chars().noneMatch(Character::isWhitespace), say + "it has white space.");
    var pattern = of(text);
    Require.that(
        pattern.scheme.isEmpty() || pattern.scheme.get().matches("https?"),
        say + "it begins with `http://`, `https://` or the host.");
    Require.that(
        !pattern.host.contains("*") && !pattern.path.contains("*"),
        say + "`*` stands only where the host begins and where the path ends.");
    var bare =
        pattern.anyHost && pattern.host.startsWith(".") ? pattern.host.substring(1) : pattern.host;
    Require.that(
        bare.equals(zone) || bare.endsWith("." + zone),
        say + "its host is not in the zone `" + zone + "`.");
  }

  /** Whether some URL matches both. */
  boolean meets(RoutePattern other) {
    boolean schemes = scheme.isEmpty() || other.scheme.isEmpty() || scheme.equals(other.scheme);
    return schemes && hostsMeet(other) && pathsMeet(other);
  }

  private boolean hostsMeet(RoutePattern o) {
    if (!anyHost && !o.anyHost) return host.equals(o.host);
    if (!anyHost) return host.endsWith(o.host);
    if (!o.anyHost) return o.host.endsWith(host);
    return host.endsWith(o.host) || o.host.endsWith(host);
  }

  private boolean pathsMeet(RoutePattern o) {
    if (!anyPath && !o.anyPath) return path.equals(o.path);
    if (!anyPath) return path.startsWith(o.path);
    if (!o.anyPath) return o.path.startsWith(path);
    return path.startsWith(o.path) || o.path.startsWith(path);
  }

  boolean isMoreSpecificThan(RoutePattern other) {
    return SPECIFIC.compare(this, other) > 0;
  }

  /** Whether all hosts of the zone are matched, {@code www} among them. */
  boolean coversZone(String zone) {
    return anyHost && zone.endsWith(host);
  }
}
