package runbook.sandbox.cloudflare;

import java.util.Map;

/**
 * A Worker's script. The sandbox runs no JavaScript: a script is the one answer that it gives.
 *
 * @param status of the answer
 * @param headers of the answer
 * @param body of the answer
 */
public record Script(String name, int status, Map<String, String> headers, String body) {
  public Script {
    headers = Map.copyOf(headers);
  }
}
