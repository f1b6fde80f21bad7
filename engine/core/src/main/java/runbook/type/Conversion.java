package runbook.type;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import runbook.type.Type.Choice;
import runbook.type.Type.ListOf;
import runbook.type.Type.MapOf;
import runbook.type.Type.Simple;
import runbook.type.Type.Struct;

/**
 * Brings a plain value, as YAML, an expression or the journal gives it, to the form that a type
 * wants, and back to the form in which it is written.
 */
public final class Conversion {
  private Conversion() {}

  /**
   * @throws IllegalArgumentException with one sentence, when the value is not of the type
   */
  public static Object convert(Type wanted, Object value) {
    return switch (wanted) {
      case Simple s -> simple(s, value);
      case Choice(var words) when value instanceof String text && words.contains(text) -> text;
      case Choice _ -> throw no(wanted, value);
      case ListOf(var element) when value instanceof List<?> list ->
          Collections.unmodifiableList(
              new ArrayList<>(list.stream().map(v -> convert(element, v)).toList()));
      case ListOf _ -> throw no(wanted, value);
      case MapOf(var of) when value instanceof Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> out.put(String.valueOf(k), convert(of, v)));
        yield Collections.unmodifiableMap(out);
      }
      case MapOf _ -> throw no(wanted, value);
      case Struct s when value instanceof Map<?, ?> map -> struct(s, map);
      case Struct _ -> throw no(wanted, value);
    };
  }

  private static Object simple(Simple wanted, Object value) {
    return switch (wanted) {
      case STRING ->
          value instanceof FileRef || value instanceof Path
              ? value.toString()
              : expect(value instanceof String, wanted, value);
      case INTEGER -> expect(value instanceof Long, wanted, value);
      case NUMBER ->
          value instanceof Long n
              ? BigDecimal.valueOf(n)
              : expect(value instanceof BigDecimal, wanted, value);
      case BOOLEAN -> expect(value instanceof Boolean, wanted, value);
      case DURATION ->
          value instanceof Duration
              ? value
              : parse(wanted, value, Durations::parse, "such as `90s` or `1h30m`");
      case QUANTITY ->
          value instanceof Quantity
              ? value
              : parse(
                  wanted,
                  value instanceof Long ? value.toString() : value,
                  Quantity::parse,
                  "such as `25Gi` or `500m`");
      case FILE ->
          value instanceof FileRef
              ? value
              : parse(
                  wanted,
                  value,
                  FileRef::parse,
                  "such as `database:/tmp/dump.sql` or `local:dump.sql`");
      case PATH ->
          value instanceof Path
              ? value
              : parse(wanted, value, Conversion::path, "such as `postgresql/deployment.yaml`");
      case SECRET ->
          value instanceof String text
              ? new Secret("", text)
              : expect(value instanceof Secret, wanted, value);
      case WORD ->
          value instanceof Word
              ? value
              : Word.of(
                  expect(
                      !(value instanceof List || value instanceof Map),
                      wanted,
                      value instanceof Secret ? value : written(value)));
      case ANY -> value;
    };
  }

  private static Object expect(boolean fits, Type wanted, Object value) {
    if (!fits) throw no(wanted, value);
    return value;
  }

  private static Object parse(
      Type wanted, Object value, Function<String, ? extends Optional<?>> parser, String example) {
    if (!(value instanceof String text)) throw no(wanted, value);
    var parsed = parser.apply(text);
    if (parsed.isEmpty()) {
      throw new IllegalArgumentException(
          "`" + brief(value) + "` is not " + wanted.title() + ", " + example + ".");
    }
    return parsed.get();
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Object struct(Struct wanted, Map<?, ?> map) {
    var out = new LinkedHashMap<String, Object>();
    wanted
        .fields()
        .forEach((name, field) -> {
          var value = map.get(name);
          if (value != null) out.put(name, convert(field.type(), value));
          else if (!field.optional())
            throw new IllegalArgumentException(
                "`" + name + "` is missing in " + wanted.title() + ".");
        });
    return Collections.unmodifiableMap(out);
  }

  private static IllegalArgumentException no(Type wanted, Object value) {
    var hint =
        wanted == Simple.STRING && (value instanceof Number || value instanceof Boolean)
            ? "; quote it to make it a text"
            : "";
    return new IllegalArgumentException(
        "`"
            + brief(value)
            + "` is "
            + titleOf(value)
            + ", but "
            + wanted.title()
            + " is needed"
            + hint
            + ".");
  }

  private static String titleOf(Object value) {
    return switch (value) {
      case String _ -> "a text";
      case Long _ -> "an integer";
      case BigDecimal _ -> "a number";
      case Boolean _ -> "a boolean";
      case Duration _ -> "a duration";
      case Quantity _ -> "a quantity";
      case Secret _ -> "a secret";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "a map";
      default -> "something else";
    };
  }

  /** A value in one short line. */
  private static String brief(Object value) {
    var text = String.valueOf(written(value)).replaceAll("\\s+", " ");
    return text.length() <= 40 ? text : text.substring(0, 39) + "…";
  }

  /**
   * The form in which a value is written in a plan and in the journal: texts, numbers, booleans,
   * lists and maps of them. A secret gives its name only.
   */
  public static Object written(Object value) {
    return switch (value) {
      case Duration d -> Durations.format(d);
      case Quantity q -> q.text();
      case FileRef f -> f.toString();
      case Path p -> p.toString();
      case Secret s -> s.toString();
      case Word w -> w.toString();
      case Enum<?> e -> e.name();
      case Integer n -> n.longValue();
      case List<?> list -> list.stream().map(Conversion::written).toList();
      case Map<?, ?> map -> {
        var out = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> out.put(String.valueOf(k), written(v)));
        yield out;
      }
      default -> value;
    };
  }
}
