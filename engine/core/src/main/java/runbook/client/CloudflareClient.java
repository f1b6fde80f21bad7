package runbook.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import retrofit2.Call;
import runbook.client.CloudflareApi.Answer;
import runbook.client.CloudflareApi.ErrorJson;
import runbook.client.CloudflareApi.RouteJson;
import runbook.world.Cloudflare;
import runbook.world.Failure;

/** Workers routes over the Cloudflare API v4. */
final class CloudflareClient implements Cloudflare {
  private static final int SCRIPT_MISSING = 10019;
  private static final int DUPLICATE_ROUTE = 10020;
  private static final int INVALID_PATTERN = 10022;

  private final Supplier<CloudflareApi> api;
  private final CloudApi cloud;

  CloudflareClient(Supplier<CloudflareApi> api, Retry retry) {
    this.api = api;
    this.cloud = new CloudApi("Cloudflare", retry);
  }

  @Override
  public Optional<Zone> zone(String name) {
    var zones =
        send(api.get().zones(name), true)
            .orElseThrow(() ->
                Failure.refused(
                    "There is no list of zones at the address of Cloudflare's API.",
                    "Look at `CLOUDFLARE_API_URL`."))
            .stream()
            .filter(z -> z.name().equals(name))
            .toList();
    if (zones.size() > 1)
      throw Failure.refused(
          "There are " + zones.size() + " zones `" + name + "` at Cloudflare.",
          "Use a token that sees one of them only.");
    return zones.stream()
        .findFirst()
        .map(z ->
            new Zone(
                z.id(),
                z.name(),
                "active".equals(z.status()),
                z.account() == null ? "" : z.account().id()));
  }

  @Override
  public List<Route> routes(String zoneId) {
    return send(api.get().routes(zoneId), true).orElseThrow(() -> noZone(zoneId)).stream()
        .map(CloudflareClient::route)
        .toList();
  }

  @Override
  public Route createRoute(String zoneId, String pattern, Optional<String> script) {
    return whole(
        zoneId,
        send(api.get().create(zoneId, body(pattern, script)), false)
            .orElseThrow(() -> noZone(zoneId)));
  }

  @Override
  public Route updateRoute(String zoneId, Route route) {
    return whole(
        zoneId,
        send(api.get().update(zoneId, route.id(), body(route.pattern(), route.script())), true)
            .orElseThrow(() ->
                Failure.refused(
                    "The route `" + route.pattern() + "` is not there any more.",
                    "Look at the zone's Workers routes.")));
  }

  /** An answer may have the id alone. */
  private Route whole(String zoneId, RouteJson given) {
    return route(
        send(api.get().route(zoneId, given.id()), true)
            .orElseThrow(() ->
                Failure.failed(
                    "Cloudflare made the route `" + given.id() + "` and does not know it.")));
  }

  private static Failure noZone(String zoneId) {
    return Failure.refused(
        "There is no zone `" + zoneId + "` at Cloudflare.",
        "Look at the zone's name and the token's rights.");
  }

  private static Map<String, String> body(String pattern, Optional<String> script) {
    var body = new LinkedHashMap<String, String>();
    body.put("pattern", pattern);
    script.ifPresent(s -> body.put("script", s));
    return body;
  }

  private static Route route(RouteJson r) {
    return new Route(
        r.id(), r.pattern(), Optional.ofNullable(r.script()).filter(s -> !s.isEmpty()));
  }

  @Override
  public void deleteRoute(String zoneId, String routeId) {
    send(api.get().delete(zoneId, routeId), true);
  }

  @Override
  public Optional<Boolean> hasScript(String accountId, String script) {
    if (accountId.isEmpty()) return Optional.empty();
    try {
      return send(api.get().scripts(accountId), true)
          .map(all -> all.stream().anyMatch(s -> s.id().equals(script)));
    } catch (Failure e) {
      // a token for routes need not be one for scripts
      if (e.kind() == Failure.Kind.REFUSED) return Optional.empty();
      throw e;
    }
  }

  /** The result; empty when there is no such thing. */
  private <T> Optional<T> send(Call<Answer<T>> call, boolean harmless) {
    return cloud
        .send(call, harmless, CloudflareClient::refused)
        .flatMap(response -> {
          var answer = response.body();
          if (answer == null) throw Failure.failed("Cloudflare gave an empty answer.");
          if (!answer.success())
            throw explain(
                response.code(),
                Optional.ofNullable(answer.errors()).orElse(List.of()),
                call.request().method() + " " + call.request().url().encodedPath());
          return Optional.ofNullable(answer.result());
        });
  }

  private static Failure refused(int status, String body, String call) {
    try {
      var errors =
          KubernetesApi.JSON.convertValue(
              KubernetesApi.JSON.readTree(body).path("errors"),
              new TypeReference<List<Map<String, Object>>>() {});
      return explain(
          status,
          errors.stream()
              .map(e ->
                  new ErrorJson(
                      ((Number) e.getOrDefault("code", 0)).intValue(),
                      String.valueOf(e.get("message"))))
              .toList(),
          call);
    } catch (JsonProcessingException | RuntimeException e) {
      return Failure.refused(
          "Cloudflare refused `" + call + "` (status " + status + ").",
          "Look at Cloudflare's status page.");
    }
  }

  private static Failure explain(int status, List<ErrorJson> errors, String call) {
    var codes = errors.stream().map(ErrorJson::code).toList();
    var words =
        errors.stream().map(e -> e.code() + " " + e.message()).collect(Collectors.joining("\n"));
    Failure failure;
    if (codes.contains(SCRIPT_MISSING))
      failure =
          Failure.refused(
              "The Worker of the route is not there.", "Deploy it first, or look at its name.");
    else if (codes.contains(DUPLICATE_ROUTE))
      failure =
          Failure.refused(
              "A route of this pattern is there already.", "Look at the zone's Workers routes.");
    else if (codes.contains(INVALID_PATTERN))
      failure =
          Failure.refused(
              "Cloudflare takes this pattern for no route's.",
              "`*` stands at the host's beginning and the path's end only.");
    else if (status == 401 || status == 403 || codes.contains(9106) || codes.contains(10000)) {
      failure =
          Failure.refused(
              "Cloudflare does not allow `" + call + "`.",
              "The token needs `Workers Routes Write` and `Zone Read` for the zone; give one in `CLOUDFLARE_API_TOKEN` or in the plan's connections.");
    } else
      failure =
          Failure.refused(
              "Cloudflare refused `" + call + "` (status " + status + ").",
              "Look at what it says.");
    return words.isEmpty() ? failure : failure.withDetail(words);
  }
}
