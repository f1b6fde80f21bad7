package runbook.sandbox.cloudflare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import runbook.sandbox.json.Json;

/**
 * Which script answers for what a pattern matches.
 *
 * @param script none keeps every less specific route away
 */
public record Route(String id, RoutePattern pattern, Optional<String> script) {
  ObjectNode json() {
    return Json.object()
        .put("id", id)
        .put("pattern", pattern.text())
        .put("script", script.orElse(null));
  }
}
