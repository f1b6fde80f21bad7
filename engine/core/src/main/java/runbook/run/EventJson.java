package runbook.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.run.Event.Outcome;
import runbook.type.Conversion;
import runbook.type.Durations;

/** Events as lines of JSON, and back. */
final class EventJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private EventJson() {}

  static String write(Event event) {
    var out = new LinkedHashMap<String, Object>();
    out.put("at", event.at().truncatedTo(ChronoUnit.MILLIS).toString());
    out.put("event", nameOf(event));
    switch (event) {
      case Event.Began e ->
          put(
              out,
              "version",
              e.version(),
              "run",
              e.run(),
              "plan",
              e.plan(),
              "file",
              e.file(),
              "sha256",
              e.sha256(),
              "operator",
              e.operator(),
              "parameters",
              e.parameters());
      case Event.Resumed e -> put(out, "sha256", e.sha256(), "operator", e.operator());
      case Event.Started e ->
          put(
              out,
              "step",
              e.step(),
              "title",
              e.title(),
              "action",
              e.action(),
              "attempt",
              e.attempt(),
              "arguments",
              e.arguments());
      case Event.Noted e -> put(out, "step", e.step(), "name", e.name(), "value", e.value());
      case Event.Recovered e ->
          put(out, "step", e.step(), "decision", e.decision(), "reason", e.reason());
      case Event.Finished e -> put(out, "step", e.step(), "outputs", e.outputs(), "took", e.took());
      case Event.Failed e ->
          put(
              out,
              "step",
              e.step(),
              "kind",
              e.kind(),
              "message",
              e.message(),
              "detail",
              e.detail(),
              "remedy",
              e.remedy(),
              "took",
              e.took());
      case Event.Skipped e -> put(out, "step", e.step());
      case Event.Passed e ->
          put(out, "checkpoint", e.checkpoint(), "asked", e.asked(), "by", e.by());
      case Event.Ended e ->
          put(
              out,
              "outcome",
              e.outcome().name().toLowerCase(),
              "step",
              e.step(),
              "reason",
              e.reason());
    }
    try {
      return MAPPER.writeValueAsString(out);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An event could not be written.", e);
    }
  }

  private static String nameOf(Event event) {
    return event.getClass().getSimpleName().toLowerCase();
  }

  private static void put(Map<String, Object> out, Object... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      var value = pairs[i + 1] instanceof Optional<?> o ? o.orElse(null) : pairs[i + 1];
      if (value != null) out.put((String) pairs[i], Conversion.written(value));
    }
  }

  /**
   * @throws IllegalArgumentException when the line is no event
   */
  static Event read(String line) {
    try {
      if (!(plain(MAPPER.readValue(line, Object.class)) instanceof Map<?, ?> map))
        throw new IllegalArgumentException("not an object");
      return event(new Line(map));
    } catch (JsonProcessingException | java.time.DateTimeException | ClassCastException e) {
      throw new IllegalArgumentException("not an event", e);
    }
  }

  private static Event event(Line l) {
    var at = Instant.parse(l.text("at"));
    return switch (l.text("event")) {
      case "began" ->
          new Event.Began(
              at,
              l.number("version"),
              l.text("run"),
              l.text("plan"),
              l.text("file"),
              l.text("sha256"),
              l.text("operator"),
              l.map("parameters"));
      case "resumed" -> new Event.Resumed(at, l.text("sha256"), l.text("operator"));
      case "started" ->
          new Event.Started(
              at,
              l.text("step"),
              l.maybe("title"),
              l.text("action"),
              l.number("attempt"),
              l.map("arguments"));
      case "noted" -> new Event.Noted(at, l.text("step"), l.text("name"), l.value("value"));
      case "recovered" ->
          new Event.Recovered(at, l.text("step"), l.text("decision"), l.text("reason"));
      case "finished" ->
          new Event.Finished(at, l.text("step"), l.value("outputs"), l.duration("took"));
      case "failed" ->
          new Event.Failed(
              at,
              l.text("step"),
              l.text("kind"),
              l.text("message"),
              l.maybe("detail"),
              l.maybe("remedy"),
              l.duration("took"));
      case "skipped" -> new Event.Skipped(at, l.text("step"));
      case "passed" -> new Event.Passed(at, l.text("checkpoint"), l.maybe("asked"), l.text("by"));
      case "ended" ->
          new Event.Ended(
              at,
              Outcome.valueOf(l.text("outcome").toUpperCase()),
              l.maybe("step"),
              l.maybe("reason"));
      default -> throw new IllegalArgumentException("no event is called " + l.text("event"));
    };
  }

  /** JSON's numbers as the language has them. */
  private static Object plain(Object value) {
    return switch (value) {
      case null -> "";
      case Integer n -> n.longValue();
      case BigInteger n -> new BigDecimal(n);
      case List<?> list -> list.stream().map(EventJson::plain).toList();
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> out.put(String.valueOf(k), plain(v)));
        yield out;
      }
      default -> value;
    };
  }

  /** The fields of a line; one that is missing is an {@link IllegalArgumentException}. */
  private record Line(Map<?, ?> fields) {
    Object value(String name) {
      var value = fields.get(name);
      if (value == null) throw new IllegalArgumentException("no " + name);
      return value;
    }

    String text(String name) {
      return (String) value(name);
    }

    Optional<String> maybe(String name) {
      return Optional.ofNullable((String) fields.get(name));
    }

    long number(String name) {
      return (Long) value(name);
    }

    Duration duration(String name) {
      return Durations.parse(text(name))
          .orElseThrow(() -> new IllegalArgumentException("no duration"));
    }

    Map<String, Object> map(String name) {
      var out = new LinkedHashMap<String, Object>();
      ((Map<?, ?>) value(name)).forEach((k, v) -> out.put((String) k, v));
      return out;
    }
  }
}
