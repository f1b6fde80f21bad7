package runbook.sandbox.cloudflare;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What URLs a route is for. A {@code *} may begin the host and end the path, nowhere else; there is
 * no query in it, and a URL with a query is matched by a {@code *} at the end only.
 *
 * @param text as it was written
 * @param scheme none: both
 * @param anyHost whether hosts have to end with the host only
 * @param path without the {@code *}
 * @param anyPath whether paths have to begin with the path only
 */
public record RoutePattern(
    String text,
    Optional<String> scheme,
    boolean anyHost,
    String host,
    String path,
    boolean anyPath) {
  private static final Pattern FORM =
      Pattern.compile("(?:(https?)://)?(\\*?)([A-Za-z0-9.-]+)(/[^*?#\\s]*)?(\\*?)");
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)*");

  /**
   * The more specific is the greater: the host decides before the path. Of {@code /images*} and
   * {@code /images/*} it is the first, a known issue that the documentation lists.
   */
  static final Comparator<RoutePattern> SPECIFICITY =
      Comparator.comparing((RoutePattern p) -> !p.anyHost)
          .thenComparing(p -> p.host.length())
          .thenComparing(p -> p.stem().length())
          .thenComparing(p -> !p.anyPath)
          .thenComparing(p -> p.path.equals(p.stem()))
          .thenComparing(p -> p.scheme.isPresent());

  private String stem() {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** The pattern, if it is one for a zone. */
  static Optional<RoutePattern> parse(String text, Zone zone) {
    var m = FORM.matcher(text);
    if (!m.matches()) return Optional.empty();
    boolean anyHost = !m.group(2).isEmpty();
    boolean anyPath = !m.group(5).isEmpty();
    var host = m.group(3).toLowerCase(Locale.ROOT);
    // a star behind the host alone would be within it
    if (anyPath && m.group(4) == null) return Optional.empty();
    var bare = anyHost && host.startsWith(".") ? host.substring(1) : host;
    if (!zone.has(bare)) return Optional.empty();
    var below = bare.substring(0, bare.length() - zone.name().length());
    if (!NAME.matcher(below).matches()) return Optional.empty();
    var path = Optional.ofNullable(m.group(4)).orElse("/");
    return Optional.of(
        new RoutePattern(text, Optional.ofNullable(m.group(1)), anyHost, host, path, anyPath));
  }

  /**
   * Whether it matches a URL.
   *
   * @param target path and query, in which case counts
   */
  boolean matches(String urlScheme, String urlHost, String target) {
    if (scheme.isPresent() && !scheme.get().equals(urlScheme)) return false;
    if (!(anyHost ? urlHost.endsWith(host) : urlHost.equals(host))) return false;
    return anyPath ? target.startsWith(path) : target.equals(path);
  }
}
