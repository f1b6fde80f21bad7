package runbook.sandbox.api;

import runbook.sandbox.http.Request;
import runbook.sandbox.store.StatusException;

/** What a request says of how it is to be carried out. */
final class Options {
  private Options() {}

  static boolean isDry(Request request) {
    var asked = request.parameter("dryRun");
    if (asked.filter(d -> !d.equals("All")).isPresent())
      throw StatusException.badRequest("invalid dryRun value: " + asked.get());
    return asked.isPresent();
  }

  /** Who says that they change it; a client that does not say it is known by its program's name. */
  static String manager(Request request) {
    return request
        .parameter("fieldManager")
        .or(() -> request.headers().first("User-Agent").map(u -> u.replaceAll("/.*", "")))
        .filter(m -> !m.isEmpty())
        .orElse("unknown");
  }
}
