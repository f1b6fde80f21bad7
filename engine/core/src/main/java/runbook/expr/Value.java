package runbook.expr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import runbook.diag.Span;

/** An argument as the plan has it: data with templates in it. */
public sealed interface Value {
  Span span();

  /**
   * A text, number or boolean without expressions.
   *
   * @param plain empty for null
   * @param places gives the source span of a piece (from, to) of a text
   */
  record Literal(Optional<Object> plain, Span span, BiFunction<Integer, Integer, Span> places)
      implements Value {}

  /** A text with expressions. */
  record Text(Template template) implements Value {
    @Override
    public Span span() {
      return template.span();
    }
  }

  record Items(List<Value> items, Span span) implements Value {}

  /**
   * @param keys where each key stands
   */
  record Fields(Map<String, Value> values, Map<String, Span> keys, Span span) implements Value {}

  /** Whether it is known without evaluating anything. */
  default boolean isConstant() {
    return switch (this) {
      case Literal _ -> true;
      case Text _ -> false;
      case Items(var items, var _) -> items.stream().allMatch(Value::isConstant);
      case Fields(var values, var _, var _) -> values.values().stream().allMatch(Value::isConstant);
    };
  }

  /** The plain value; an {@link EvaluationException} says in one sentence why there is none. */
  default Object evaluate(Map<String, Object> names) {
    return switch (this) {
      case Literal(var plain, var _, var _) ->
          plain.orElseThrow(() -> new EvaluationException("There is no value here.", null));
      case Text(var template) -> template.evaluate(names);
      case Items(var items, var _) -> {
        var out = new ArrayList<Object>(items.size());
        for (var item : items) out.add(item.evaluate(names));
        yield Collections.unmodifiableList(out);
      }
      case Fields(var values, var _, var _) -> {
        var out = new LinkedHashMap<String, Object>();
        values.forEach((k, v) -> out.put(k, v.evaluate(names)));
        yield Collections.unmodifiableMap(out);
      }
    };
  }
}
