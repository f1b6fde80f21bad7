package runbook.sandbox.cloudflare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.cloudflare.Token.Permission;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.time.SandboxClock;

/** The Cloudflare API v4 under {@code /client/v4}: what is around the routes of Workers. */
public final class CloudflareApi implements Handler {
  private static final int LARGEST_BODY = 1 << 20;
  private static final int USUAL_PAGE = 20;
  private static final int LEAST_PAGE = 5;
  private static final int MOST_PAGE = 50;

  private final Cloudflare cloudflare;
  private final RateLimit limit;

  public CloudflareApi(Cloudflare cloudflare, SandboxClock clock) {
    this.cloudflare = cloudflare;
    this.limit = new RateLimit(clock);
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    int status = 200;
    ObjectNode envelope;
    try {
      envelope = answer(request, response);
    } catch (ApiError error) {
      status = error.status();
      envelope = envelope(false, null);
      envelope
          .withArrayProperty("errors")
          .addObject()
          .put("code", error.code())
          .put("message", error.getMessage());
    }
    response.send(status, "application/json", Json.bytes(envelope));
  }

  /** {@code {"success": …, "errors": […], "messages": […], "result": …}}. */
  private static ObjectNode envelope(boolean success, JsonNode result) {
    var json = Json.object().put("success", success);
    json.putArray("errors");
    json.putArray("messages");
    json.set("result", result);
    return json;
  }

  private ObjectNode answer(Request request, Response response) throws IOException {
    var path = request.segments();
    if (path.size() < 3 || !path.subList(0, 2).equals(List.of("client", "v4")))
      throw ApiError.badUri();
    path = path.subList(2, path.size());
    boolean verifies = path.equals(List.of("user", "tokens", "verify"));
    var token = token(request, verifies);
    limit.spend(token, response.headers());
    var call = new Call(request, path, token);
    if (verifies && call.is("GET")) return verified(token);
    return switch (path.getFirst()) {
      case "zones" -> zones(call);
      case "accounts" -> accounts(call);
      default -> throw ApiError.badUri();
    };
  }

  private record Call(Request request, List<String> path, Token token) {
    boolean is(String method) {
      return request.method().equals(method);
    }

    void needs(Permission permission) {
      if (!token.allows(permission)) throw ApiError.authentication(403);
    }
  }

  private Token token(Request request, boolean verifies) {
    var header = request.headers().first("Authorization").orElseThrow(ApiError::noHeader);
    return Optional.of(header)
        .filter(h -> h.startsWith("Bearer "))
        .flatMap(h -> cloudflare.token(h.substring("Bearer ".length()).strip()))
        .orElseThrow(() -> verifies ? ApiError.invalidToken() : ApiError.authentication(401));
  }

  /** The message has the number that is an error's elsewhere; so has the real one. */
  private static ObjectNode verified(Token token) {
    var json = envelope(true, Json.object().put("id", token.id()).put("status", "active"));
    json.withArrayProperty("messages")
        .addObject()
        .put("code", 10000)
        .put("message", "This API Token is valid and active")
        .putNull("type");
    return json;
  }

  private ObjectNode account() {
    return Json.object().put("id", cloudflare.accountId()).put("name", cloudflare.accountName());
  }

  private ObjectNode accounts(Call call) {
    if (!call.is("GET")) throw ApiError.badUri();
    var path = call.path();
    if (path.size() == 1) return list(List.of(account()));
    if (!path.get(1).equals(cloudflare.accountId())) throw ApiError.badUri();
    if (path.size() < 4 || !path.subList(2, 4).equals(List.of("workers", "scripts")))
      throw ApiError.badUri();
    call.needs(Permission.WORKERS_SCRIPTS_READ);
    if (path.size() == 4)
      return list(cloudflare.scripts().stream().map(CloudflareApi::json).toList());
    if (path.size() != 6 || !path.get(5).equals("settings")) throw ApiError.badUri();
    if (cloudflare.script(path.get(4)).isEmpty()) throw ApiError.noScript();
    return envelope(true, Json.object().put("logpush", false).putNull("tail_consumers"));
  }

  private static JsonNode json(Script script) {
    var json = Json.object().put("id", script.name());
    json.putArray("handlers").add("fetch");
    return json.put("created_on", "2022-01-01T00:00:00Z")
        .put("modified_on", "2022-01-01T00:00:00Z");
  }

  private static ObjectNode list(List<? extends JsonNode> all) {
    var result = Json.array();
    all.forEach(result::add);
    return envelope(true, result);
  }

  private ObjectNode zones(Call call) throws IOException {
    var path = call.path();
    if (path.size() == 1) {
      // a token that is for one zone cannot make another
      if (!call.is("GET")) throw ApiError.authentication(403);
      call.needs(Permission.ZONE_READ);
      return foundZones(call.request());
    }
    var zone =
        cloudflare.zones().stream()
            .filter(z -> z.id().equals(path.get(1)))
            .findFirst()
            .orElseThrow(ApiError::badUri);
    if (path.size() == 2 && call.is("GET")) {
      call.needs(Permission.ZONE_READ);
      return envelope(true, zone.json(account()));
    }
    if (path.size() < 4 || !path.subList(2, 4).equals(List.of("workers", "routes")))
      throw ApiError.badUri();
    call.needs(call.is("GET") ? Permission.WORKERS_ROUTES_READ : Permission.WORKERS_ROUTES_WRITE);
    return switch (path.size()) {
      case 4 -> routes(call, zone);
      case 5 -> route(call, zone, path.get(4));
      default -> throw ApiError.badUri();
    };
  }

  private ObjectNode foundZones(Request request) {
    int size = number(request, "per_page", USUAL_PAGE, LEAST_PAGE, MOST_PAGE);
    int page = number(request, "page", 1, 1, Integer.MAX_VALUE / MOST_PAGE);
    var found =
        cloudflare.zones().stream()
            .filter(z -> request.parameter("name").filter(n -> !n.equals(z.name())).isEmpty())
            .filter(z -> request.parameter("status").filter(s -> !s.equals(z.status())).isEmpty())
            .toList();
    var shown =
        found.stream().skip((page - 1L) * size).limit(size).map(z -> z.json(account())).toList();
    var json = list(shown);
    json.putObject("result_info")
        .put("page", page)
        .put("per_page", size)
        .put("count", shown.size())
        .put("total_count", found.size())
        .put("total_pages", (found.size() + size - 1) / size);
    return json;
  }

  private static int number(Request request, String name, int otherwise, int least, int most) {
    int number;
    try {
      number = request.parameter(name).map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw ApiError.badPage(name);
    }
    if (number < least || number > most) throw ApiError.badPage(name);
    return number;
  }

  private ObjectNode routes(Call call, Zone zone) throws IOException {
    return switch (call.request().method()) {
      case "GET" -> list(cloudflare.routes(zone).stream().map(Route::json).toList());
      case "POST" -> {
        var wanted = body(call.request());
        var route = cloudflare.create(zone, wanted.pattern, wanted.script);
        // the real one may leave the rest out; so nobody may rely on it
        yield envelope(true, Json.object().put("id", route.id()));
      }
      default -> throw ApiError.badUri();
    };
  }

  private ObjectNode route(Call call, Zone zone, String id) throws IOException {
    return switch (call.request().method()) {
      case "GET" ->
          envelope(true, cloudflare.route(zone, id).orElseThrow(ApiError::noRoute).json());
      case "PUT" -> {
        if (cloudflare.route(zone, id).isEmpty()) throw ApiError.noRoute();
        var wanted = body(call.request());
        yield envelope(true, cloudflare.replace(zone, id, wanted.pattern, wanted.script).json());
      }
      case "DELETE" -> {
        cloudflare.remove(zone, id);
        yield envelope(true, Json.object().put("id", id));
      }
      default -> throw ApiError.badUri();
    };
  }

  private record Wanted(String pattern, Optional<String> script) {}

  /** The script may be missing, or null, or empty: each means that there is none. */
  private static Wanted body(Request request) throws IOException {
    JsonNode body;
    try {
      body = Json.parse(request.bytes(LARGEST_BODY));
    } catch (IllegalArgumentException e) {
      throw ApiError.badBody();
    }
    var pattern = Json.at(body, "pattern").filter(JsonNode::isTextual);
    var script = Json.at(body, "script");
    if (pattern.isEmpty() || script.filter(s -> !s.isTextual()).isPresent())
      throw ApiError.badBody();
    if (pattern.get().asText().isEmpty()) throw ApiError.badBody();
    return new Wanted(
        pattern.get().asText(), script.map(JsonNode::asText).filter(s -> !s.isEmpty()));
  }
}
