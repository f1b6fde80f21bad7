package runbook.sandbox.image;

import java.util.regex.Pattern;

/**
 * The name of an image as a manifest writes it.
 *
 * @param repository without tag and digest, as written: {@code ghcr.io/owner/name} or {@code name}
 * @param tag {@code latest} where none is written
 */
record Reference(String repository, String tag) {
  private static final Pattern FORM =
      Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:/-]*(@sha256:[0-9a-f]{64})?");

  static Reference parse(String text) throws ImageException {
    if (!FORM.matcher(text).matches()) {
      throw new ImageException(
          "couldn't parse image name \"%s\": invalid reference format".formatted(text));
    }
    String name = text.replaceFirst("@.*", "");
    int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
    String repository = colon < 0 ? name : name.substring(0, colon);
    return new Reference(
        repository.replaceFirst("^docker\\.io/(library/)?|^library/", ""),
        colon < 0 ? "latest" : name.substring(colon + 1));
  }

  /** Whether a pattern of a recipe, with * for anything, means this image. */
  boolean matches(String pattern) {
    int colon = pattern.indexOf(':', pattern.lastIndexOf('/') + 1);
    String repositories = colon < 0 ? pattern : pattern.substring(0, colon);
    return glob(repositories, repository) && (colon < 0 || glob(pattern.substring(colon + 1), tag));
  }

  private static boolean glob(String pattern, String text) {
    return text.matches("\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E");
  }

  /** In full, as a runtime names it. */
  String full() {
    boolean hasRegistry =
        repository.contains("/") && repository.split("/")[0].matches(".*[.:].*|localhost");
    String registry =
        hasRegistry ? "" : repository.contains("/") ? "docker.io/" : "docker.io/library/";
    return registry + repository + ":" + tag;
  }
}
