package runbook.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.expr.Template;
import runbook.expr.Value;
import runbook.type.Conversion;
import runbook.type.Type;
import runbook.yaml.Yaml;

/** Reads the keys of a map of the plan, and says what is wrong with them. */
final class Fields {
  private final Problems problems;

  Fields(Problems problems) {
    this.problems = problems;
  }

  Problems problems() {
    return problems;
  }

  Optional<Yaml.Mapping> mapping(Yaml node, String what) {
    if (node instanceof Yaml.Mapping m) return Optional.of(m);
    problems.error(Code.WRONG_TYPE, node.span(), mismatch(node, what, "a map"));
    return Optional.empty();
  }

  Optional<List<Yaml>> sequence(Yaml node, String what) {
    if (node instanceof Yaml.Sequence s) return Optional.of(s.items());
    problems.error(Code.WRONG_TYPE, node.span(), mismatch(node, what, "a list"));
    return Optional.empty();
  }

  private static String mismatch(Yaml node, String what, String wanted) {
    return what
        + " is "
        + wanted
        + (node.isNull() ? ", but there is nothing here." : ", not " + node.title() + ".");
  }

  /** Refuses keys that mean nothing here. */
  void onlyKnown(Yaml.Mapping map, Collection<String> known, String owner) {
    for (var e : map.entries()) {
      if (!known.contains(e.key().text())) {
        problems.error(
            Code.UNKNOWN_KEY,
            e.key().span(),
            owner + " has no `" + e.key().text() + "`.",
            Spelling.hint(e.key().text(), known));
      }
    }
  }

  /** A constant of a type, without expressions. */
  Optional<Object> constant(Yaml.Mapping map, String key, Type type) {
    return map.get(key).flatMap(node -> constant(node, key, type));
  }

  Optional<Object> constant(Yaml node, String key, Type type) {
    if (node instanceof Yaml.Scalar s
        && s.value().filter(String.class::isInstance).isPresent()
        && Template.isTemplate(s.text())) {
      problems.error(
          Code.EXPRESSION_HERE,
          node.span(),
          "`" + key + "` cannot be computed; it is read before the run.");
      return Optional.empty();
    }
    var data = node.data();
    if (data.isEmpty()) {
      problems.error(
          Code.WRONG_TYPE,
          node.span(),
          "`" + key + "` has no value, but " + type.title() + " is needed.");
      return Optional.empty();
    }
    try {
      return Optional.of(Conversion.convert(type, data.get()));
    } catch (IllegalArgumentException e) {
      problems.error(Code.WRONG_TYPE, node.span(), e.getMessage(), meant(type, data.get()));
      return Optional.empty();
    }
  }

  /** The word that a misspelt one was meant to be. */
  private static Optional<String> meant(Type type, Object data) {
    return switch (type) {
      case Type.Choice(var words) when data instanceof String word && !words.contains(word) ->
          Spelling.nearest(word, words).map(w -> "Did you mean `" + w + "`?");
      case Type.ListOf(var element) when data instanceof List<?> items ->
          items.stream().flatMap(i -> meant(element, i).stream()).findFirst();
      default -> Optional.empty();
    };
  }

  Optional<String> text(Yaml.Mapping map, String key) {
    return constant(map, key, Type.Simple.STRING).map(String.class::cast);
  }

  Optional<Duration> duration(Yaml.Mapping map, String key) {
    return constant(map, key, Type.Simple.DURATION).map(Duration.class::cast);
  }

  /** An argument: data in which every text may have expressions. */
  Value value(Yaml node) {
    return switch (node) {
      case Yaml.Scalar s
          when s.value().filter(String.class::isInstance).isPresent()
              && Template.isTemplate(s.text()) ->
          new Value.Text(Template.parse(s.text(), s::at, problems));
      case Yaml.Scalar s -> new Value.Literal(s.value(), s.span(), s::at);
      case Yaml.Sequence(var items, var span) -> {
        var values = new ArrayList<Value>();
        for (var item : items) values.add(value(item));
        yield new Value.Items(List.copyOf(values), span);
      }
      case Yaml.Mapping m -> fields(m);
    };
  }

  Value.Fields fields(Yaml.Mapping map) {
    Map<String, Value> values = new LinkedHashMap<>();
    Map<String, Span> keys = new LinkedHashMap<>();
    for (var e : map.entries()) {
      values.put(e.key().text(), value(e.value()));
      keys.put(e.key().text(), e.key().span());
    }
    return new Value.Fields(values, keys, map.span());
  }
}
