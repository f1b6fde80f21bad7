package runbook.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import runbook.diag.Span;

/** A node of a YAML text, with its place. */
public sealed interface Yaml {
  Span span();

  /** How a scalar is written. */
  enum Style {
    PLAIN,
    SINGLE_QUOTED,
    DOUBLE_QUOTED,
    LITERAL,
    FOLDED
  }

  /** A text, number, boolean or null: which one is a matter of {@link #value}. */
  record Scalar(String text, Style style, Span span) implements Yaml {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern FLOAT =
        Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?");

    /**
     * The value by the core schema; empty for null. Numbers are {@link Long} or {@link BigDecimal}.
     */
    public Optional<Object> value() {
      if (style != Style.PLAIN) return Optional.of(text);
      return switch (text) {
        case "", "~", "null", "Null", "NULL" -> Optional.empty();
        case "true", "True", "TRUE" -> Optional.of(true);
        case "false", "False", "FALSE" -> Optional.of(false);
        default -> Optional.of(number());
      };
    }

    private Object number() {
      if (INTEGER.matcher(text).matches()) return integer(text, 10);
      if (text.matches("0o[0-7]+")) return integer(text.substring(2), 8);
      if (text.matches("0x[0-9a-fA-F]+")) return integer(text.substring(2), 16);
      if (FLOAT.matcher(text).matches()) return new BigDecimal(text);
      return text;
    }

    private static Object integer(String digits, int radix) {
      // nobody means a number of a hundred digits; and such a one would take time
      if (digits.length() > 40) return digits;
      var n = new BigInteger(digits, radix);
      return n.bitLength() < 64 ? (Object) n.longValue() : new BigDecimal(n);
    }

    /**
     * Where a piece of the text stands in the source; the whole scalar where that cannot be told.
     */
    public Span at(int from, int to) {
      return ScalarPlaces.find(this, from, to);
    }
  }

  record Sequence(List<Yaml> items, Span span) implements Yaml {}

  record Entry(Scalar key, Yaml value) {}

  /** In the order of the text; a key that comes twice is there once. */
  record Mapping(List<Entry> entries, Span span) implements Yaml {
    public Optional<Entry> entry(String key) {
      return entries.stream().filter(e -> e.key.text.equals(key)).findFirst();
    }

    public Optional<Yaml> get(String key) {
      return entry(key).map(Entry::value);
    }
  }

  /** The name of the kind of node, for people. */
  default String title() {
    return switch (this) {
      case Scalar s when s.value().isEmpty() -> "nothing";
      case Scalar s when s.value().orElseThrow() instanceof Number -> "a number";
      case Scalar s when s.value().orElseThrow() instanceof Boolean -> "a boolean";
      case Scalar _ -> "a text";
      case Sequence _ -> "a list";
      case Mapping _ -> "a map";
    };
  }

  default boolean isNull() {
    return this instanceof Scalar s && s.value().isEmpty();
  }

  /**
   * The node as plain data: {@link Map}, {@link List}, {@link String}, {@link Long}, {@link
   * BigDecimal}, {@link Boolean}. What is null is left out.
   */
  default Optional<Object> data() {
    return switch (this) {
      case Scalar s -> s.value();
      case Sequence(var items, var _) -> {
        var list = new ArrayList<Object>();
        for (var item : items) item.data().ifPresent(list::add);
        yield Optional.of(list);
      }
      case Mapping(var entries, var _) -> {
        var map = new LinkedHashMap<String, Object>();
        for (var e : entries) e.value.data().ifPresent(v -> map.put(e.key.text, v));
        yield Optional.of((Object) map);
      }
    };
  }
}
