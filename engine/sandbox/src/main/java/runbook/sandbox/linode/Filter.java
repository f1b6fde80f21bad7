package runbook.sandbox.linode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import runbook.sandbox.json.Json;

/** What the header {@code X-Filter} asks for; a field or operator that is not known is refused. */
final class Filter {
  private static final Map<String, BiPredicate<JsonNode, JsonNode>> OPERATORS =
      Map.of(
          "+eq", (a, b) -> compare(a, b) == 0,
          "+neq", (a, b) -> compare(a, b) != 0,
          "+gt", (a, b) -> compare(a, b) > 0,
          "+gte", (a, b) -> compare(a, b) >= 0,
          "+lt", (a, b) -> compare(a, b) < 0,
          "+lte", (a, b) -> compare(a, b) <= 0,
          "+contains", (a, b) -> a.asText().contains(b.asText()));

  private final ObjectNode conditions;
  private final Optional<String> orderBy;
  private final boolean descending;

  private Filter(ObjectNode conditions, Optional<String> orderBy, boolean descending) {
    this.conditions = conditions;
    this.orderBy = orderBy;
    this.descending = descending;
  }

  /**
   * @param fields what can be filtered on
   */
  static Filter parse(String header, Set<String> fields) {
    JsonNode tree;
    try {
      tree = Json.parse(header);
    } catch (IllegalArgumentException e) {
      throw Refusal.bad("Cannot parse filter: " + e.getMessage());
    }
    if (!(tree instanceof ObjectNode object))
      throw Refusal.bad("Cannot parse filter: it must be a JSON object");
    var orderBy = Json.at(object, "+order_by").map(JsonNode::asText);
    boolean descending = Json.text(object, "+order").equals("desc");
    object.remove(List.of("+order_by", "+order"));
    orderBy
        .filter(f -> !fields.contains(f))
        .ifPresent(f -> {
          throw Refusal.bad("Cannot order by " + f);
        });
    check(object, fields);
    return new Filter(object, orderBy, descending);
  }

  private static void check(JsonNode conditions, Set<String> fields) {
    for (var c : conditions.properties()) {
      var key = c.getKey();
      var value = c.getValue();
      if (key.equals("+and") || key.equals("+or")) {
        if (!value.isArray() || value.isEmpty())
          throw Refusal.bad(key + " needs a list of filters");
        for (var one : value) {
          if (!one.isObject()) throw Refusal.bad(key + " needs a list of filters");
          check(one, fields);
        }
      } else if (!fields.contains(key)) {
        throw Refusal.bad("Cannot filter on " + key);
      } else if (value.isObject()) {
        for (var operator : value.properties())
          if (!OPERATORS.containsKey(operator.getKey()))
            throw Refusal.bad("Unknown filter operator " + operator.getKey());
      }
    }
  }

  List<JsonNode> apply(List<JsonNode> all) {
    var kept = all.stream().filter(x -> matches(x, conditions));
    if (orderBy.isPresent()) {
      Comparator<JsonNode> order = (a, b) -> compare(a.path(orderBy.get()), b.path(orderBy.get()));
      kept = kept.sorted(descending ? order.reversed() : order);
    }
    return kept.toList();
  }

  private static boolean matches(JsonNode have, JsonNode conditions) {
    return conditions
        .propertyStream()
        .allMatch(c ->
            switch (c.getKey()) {
              case "+and" -> c.getValue().valueStream().allMatch(one -> matches(have, one));
              case "+or" -> c.getValue().valueStream().anyMatch(one -> matches(have, one));
              default -> fits(have.path(c.getKey()), c.getValue());
            });
  }

  /** Of a list, such as that of tags, one element has to fit. */
  private static boolean fits(JsonNode have, JsonNode wanted) {
    if (have.isArray()) return have.valueStream().anyMatch(one -> fits(one, wanted));
    if (!wanted.isObject()) return compare(have, wanted) == 0;
    return wanted
        .propertyStream()
        .allMatch(o -> OPERATORS.get(o.getKey()).test(have, o.getValue()));
  }

  private static int compare(JsonNode a, JsonNode b) {
    return a.isNumber() && b.isNumber()
        ? a.decimalValue().compareTo(b.decimalValue())
        : a.asText().compareTo(b.asText());
  }
}
