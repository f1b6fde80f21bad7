package runbook.sandbox.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import runbook.sandbox.json.Json;

/** Faults as the command line writes them; see the package's documentation. */
final class FaultJson {
  private static final List<String> KEYS =
      List.of(
          "api", "method", "path", "skip", "count", "status", "headers", "body", "reset", "delay",
          "stall", "slow", "cut", "close", "kill", "flip", "idle", "stream");
  private static final List<String> EFFECTS =
      List.of("status", "reset", "delay", "stall", "slow", "cut", "flip", "idle");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private FaultJson() {}

  /**
   * @throws IllegalArgumentException with what is wrong
   */
  static Fault read(JsonNode json) {
    if (!json.isObject()) throw new IllegalArgumentException("A fault is a JSON object.");
    var keys = new TreeSet<String>();
    json.fieldNames().forEachRemaining(keys::add);
    for (var key : keys)
      if (!KEYS.contains(key))
        throw new IllegalArgumentException(
            "There is no `%s` here; there are %s.".formatted(key, String.join(", ", KEYS)));
    keys.retainAll(EFFECTS);
    if (keys.size() != 1)
      throw new IllegalArgumentException(
          "One of %s is needed.".formatted(String.join(", ", EFFECTS)));
    return new Fault(
        Json.at(json, "api").map(JsonNode::asText),
        Json.at(json, "method").map(JsonNode::asText),
        Json.at(json, "path").map(p -> pattern(p.asText())),
        (int) number(json, "skip", 0),
        (int) number(json, "count", 0),
        effect(keys.first(), json));
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "`path` is no regular expression: " + e.getDescription() + ".", e);
    }
  }

  private static long number(JsonNode json, String key, long otherwise) {
    var value = Json.at(json, key);
    if (value.isEmpty()) return otherwise;
    if (!value.get().isIntegralNumber() || value.get().asLong() < 0)
      throw new IllegalArgumentException("`" + key + "` is a whole number, not below 0.");
    return value.get().asLong();
  }

  private static Fault.Effect effect(String kind, JsonNode json) {
    return switch (kind) {
      case "status" -> status(json);
      case "reset" ->
          switch (Json.text(json, "reset")) {
            case "before" -> new Fault.Reset(false);
            case "after" -> new Fault.Reset(true);
            default -> throw new IllegalArgumentException("`reset` is `before` or `after`.");
          };
      case "delay" -> new Fault.Delay(duration("delay", Json.text(json, "delay")));
      case "stall" ->
          json.path("stall").isBoolean()
              ? new Fault.Silence()
              : new Fault.Stall(stream(json), number(json, "stall", 0));
      case "slow" -> {
        long bytes = number(json, "slow", 0);
        if (bytes == 0) throw new IllegalArgumentException("`slow` is more than 0 bytes a second.");
        yield new Fault.Slow(stream(json), bytes);
      }
      case "cut" ->
          new Fault.Cut(
              stream(json),
              number(json, "cut", 0),
              json.path("close").asBoolean(),
              json.path("kill").asBoolean());
      case "idle" -> new Fault.Idle(duration("idle", Json.text(json, "idle")));
      default -> new Fault.Flip(stream(json), number(json, "flip", 0));
    };
  }

  private static Fault.Effect status(JsonNode json) {
    long code = number(json, "status", 0);
    if (code < 200 || code > 599)
      throw new IllegalArgumentException("There is no status " + code + ".");
    var headers = new LinkedHashMap<String, String>();
    Json.entries(json, "headers").forEach(e -> headers.put(e.getKey(), e.getValue().asText()));
    return new Fault.Status((int) code, headers, Json.text(json, "body"));
  }

  private static Fault.Stream stream(JsonNode json) {
    return switch (Json.text(json, "stream")) {
      case "", "body", "stdout" -> Fault.Stream.OUTPUT;
      case "stdin" -> Fault.Stream.STDIN;
      case "stderr" -> Fault.Stream.STDERR;
      default -> throw new IllegalArgumentException("`stream` is `stdout`, `stdin` or `stderr`.");
    };
  }

  /** A time such as {@code 5s}. */
  static Duration duration(String key, String text) {
    var m = DURATION.matcher(text);
    if (!m.matches())
      throw new IllegalArgumentException(
          "`" + key + "` is a time such as `500ms`, `5s`, `2m` or `1h`.");
    long n = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      default -> Duration.ofHours(n);
    };
  }

  static ObjectNode write(Faults.Active set) {
    var fault = set.fault();
    var json = Json.object();
    fault.api().ifPresent(a -> json.put("api", a));
    fault.method().ifPresent(m -> json.put("method", m));
    fault.path().ifPresent(p -> json.put("path", p.pattern()));
    json.put("skip", fault.skip()).put("count", fault.count());
    switch (fault.effect()) {
      case Fault.Status s ->
          json.put("status", s.code()).put("body", s.body()).set("headers", Json.of(s.headers()));
      case Fault.Reset(boolean after) -> json.put("reset", after ? "after" : "before");
      case Fault.Delay(var time) -> json.put("delay", time.toMillis() + "ms");
      case Fault.Silence _ -> json.put("stall", true);
      case Fault.Stall(var stream, long at) -> json.put("stream", name(stream)).put("stall", at);
      case Fault.Slow(var stream, long bytes) ->
          json.put("stream", name(stream)).put("slow", bytes);
      case Fault.Flip(var stream, long at) -> json.put("stream", name(stream)).put("flip", at);
      case Fault.Idle(var limit) -> json.put("idle", limit.toMillis() + "ms");
      case Fault.Cut c ->
          json.put("stream", name(c.stream()))
              .put("cut", c.at())
              .put("close", c.close())
              .put("kill", c.kill());
    }
    return json.put("hits", set.hits());
  }

  private static String name(Fault.Stream stream) {
    return stream == Fault.Stream.OUTPUT
        ? "stdout"
        : stream.name().toLowerCase(java.util.Locale.ROOT);
  }
}
