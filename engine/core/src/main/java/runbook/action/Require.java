package runbook.action;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Rules for parameters; what breaks one is an {@link IllegalArgumentException} of one sentence. */
public final class Require {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

  private Require() {}

  static void that(boolean holds, String otherwise) {
    if (!holds) throw new IllegalArgumentException(otherwise);
  }

  /** A name that Kubernetes allows for most objects: a DNS subdomain. */
  public static void name(String what, String name) {
    that(
        name.length() <= 253 && NAME.matcher(name).matches(),
        "`"
            + name
            + "` cannot be the name of a "
            + what
            + ": lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit.");
  }

  /** A namespace: a DNS label. */
  public static void namespace(String name) {
    that(
        name.length() <= 63 && NAMESPACE.matcher(name).matches(),
        "`"
            + name
            + "` cannot be a namespace: up to 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit.");
  }

  /** The address of an API: {@code https://host} or {@code http://host:port/path}. */
  public static void address(String url) {
    that(
        url.matches("https?://[^\\s/?#]+(/[^\\s?#]*)?"),
        "`" + url + "` is no address such as `https://api.example.com`.");
  }

  /** A regular expression. */
  static Pattern regex(String parameter, String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "`" + parameter + "` is no regular expression: " + e.getDescription() + ".", e);
    }
  }
}
