package runbook.sandbox.linode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.time.SandboxClock;

/** The Linode API v4 under {@code /v4} and {@code /v4beta}: volumes and what is around them. */
public final class LinodeApi implements Handler {
  private static final int LARGEST_BODY = 1 << 20;

  private final Account account;
  private final Operations operations;
  private final RateLimits limits;

  public LinodeApi(Volumes volumes, SandboxClock clock) {
    this.account = volumes.account();
    this.operations = new Operations(volumes);
    this.limits = new RateLimits(clock);
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    int status = 200;
    JsonNode answer;
    try {
      answer = answer(request, response);
    } catch (Refusal refusal) {
      status = refusal.status();
      answer = error(refusal);
    }
    response.send(status, "application/json", Json.bytes(answer));
  }

  /** {@code {"errors": [{"reason": …, "field": …}]}}. */
  private static ObjectNode error(Refusal refusal) {
    var json = Json.object();
    var one = json.putArray("errors").addObject().put("reason", refusal.getMessage());
    refusal.field().ifPresent(f -> one.put("field", f));
    return json;
  }

  private JsonNode answer(Request request, Response response) throws IOException {
    var path = new ArrayList<>(request.segments());
    if (path.isEmpty() || !List.of("v4", "v4beta").contains(path.removeFirst()))
      throw Refusal.notFound();
    var operation = operations.find(request.method(), path).orElseThrow(Refusal::notFound);
    var headers = response.headers();
    headers.set("X-Accepted-OAuth-Scopes", String.join(" ", operation.scopes()));
    var token = token(request).filter(account.tokens()::containsKey);
    var scopes = token.map(account.tokens()::get).orElse(Set.of());
    if (operation.isOpen()) {
      // regions are told to everybody
    } else if (token.isEmpty()) {
      throw Refusal.of(401, "Invalid Token");
    } else {
      headers.set("X-OAuth-Scopes", String.join(" ", new TreeSet<>(scopes)));
      if (!operation.scopes().stream().allMatch(s -> allows(scopes, s)))
        throw Refusal.of(401, "Your OAuth token is not authorized to use this endpoint.");
    }
    limits.spend(token.orElse(""), operation.kind(), headers);
    var body = request.method().equals("GET") ? Json.object() : body(request);
    for (var field : body.propertyStream().map(Map.Entry::getKey).toList())
      if (!operation.fields().contains(field))
        throw Refusal.field(field, field + " is not a field of this request");
    return operation.work().answer(new Call(request, path, body));
  }

  private static Optional<String> token(Request request) {
    return request
        .headers()
        .first("Authorization")
        .filter(a -> a.startsWith("Bearer "))
        .map(a -> a.substring("Bearer ".length()).strip());
  }

  /** Who may write may read. */
  private static boolean allows(Set<String> scopes, String scope) {
    return scopes.contains("*")
        || scopes.contains(scope)
        || scopes.contains(scope.replace(":read_only", ":read_write"));
  }

  private static ObjectNode body(Request request) throws IOException {
    var bytes = request.bytes(LARGEST_BODY);
    if (bytes.length == 0) return Json.object();
    try {
      if (Json.parse(bytes) instanceof ObjectNode object) return object;
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw Refusal.bad("Invalid JSON");
  }
}
