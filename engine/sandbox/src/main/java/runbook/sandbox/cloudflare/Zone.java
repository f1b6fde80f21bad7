package runbook.sandbox.cloudflare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import runbook.sandbox.json.Json;

/**
 * A domain.
 *
 * @param id 32 hexadecimal digits
 * @param status such as {@code active} or {@code pending}
 */
public record Zone(String id, String name, String status) {
  private static final String BORN = "2020-01-01T05:20:00.12345Z";

  /** Whether a host is the domain's or one below it. */
  public boolean has(String host) {
    return host.equals(name) || host.endsWith("." + name);
  }

  ObjectNode json(ObjectNode account) {
    var json = Json.object().put("id", id).put("name", name).put("status", status);
    json.put("paused", false).put("type", "full").put("development_mode", 0);
    json.set("account", account);
    json.set("owner", account.deepCopy().put("type", "organization"));
    json.putObject("meta").put("step", 2).put("page_rule_quota", 3);
    json.set("name_servers", Json.of(List.of("ada.ns.example.com", "bob.ns.example.com")));
    json.putNull("original_name_servers").putNull("original_registrar");
    json.putNull("original_dnshost");
    json.set("permissions", Json.of(List.of("#zone:read", "#worker:edit")));
    return json.put("created_on", BORN).put("modified_on", BORN).put("activated_on", BORN);
  }
}
