package runbook.sandbox.linode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import runbook.sandbox.http.Request;
import runbook.sandbox.json.Json;

/** One authorised request; it reads what the body and the query hold, as documented. */
record Call(Request request, List<String> path, ObjectNode body) {
  private static final int LEAST_PAGE = 25;
  private static final int MOST_PAGE = 500;
  private static final int USUAL_PAGE = 100;

  /** The number that the path has at a place; there is nothing where it has none. */
  long id(int place) {
    try {
      return Long.parseLong(path.get(place));
    } catch (NumberFormatException e) {
      throw Refusal.notFound();
    }
  }

  Optional<String> text(String field) {
    return Json.at(body, field)
        .map(v -> {
          if (!v.isTextual()) throw Refusal.field(field, field + " must be a string");
          return v.asText();
        });
  }

  String required(String field) {
    return text(field).orElseThrow(() -> Refusal.field(field, field + " is required"));
  }

  OptionalLong number(String field) {
    var value = Json.at(body, field);
    if (value.isEmpty()) return OptionalLong.empty();
    if (!value.get().isIntegralNumber()) throw Refusal.field(field, field + " must be an integer");
    return OptionalLong.of(value.get().asLong());
  }

  Optional<List<String>> tags() {
    return Json.at(body, "tags")
        .map(v -> {
          if (!v.isArray() || !v.valueStream().allMatch(JsonNode::isTextual))
            throw Refusal.field("tags", "tags must be a list of strings");
          return v.valueStream().map(JsonNode::asText).toList();
        });
  }

  /** One page of a list, filtered as the header asks. */
  ObjectNode page(List<JsonNode> all, String... filterable) {
    var filter = request.headers().first("X-Filter").filter(f -> !f.isBlank());
    var kept = filter.isPresent() ? Filter.parse(filter.get(), Set.of(filterable)).apply(all) : all;
    int size = parameter("page_size", USUAL_PAGE);
    if (size < LEAST_PAGE || size > MOST_PAGE)
      throw Refusal.field("page_size", "Must be " + LEAST_PAGE + "-" + MOST_PAGE);
    int page = parameter("page", 1);
    int pages = Math.max(1, (kept.size() + size - 1) / size);
    if (page < 1 || page > pages) throw Refusal.notFound();
    var json = Json.object();
    json.putArray("data")
        .addAll(
            new ArrayList<>(kept.subList((page - 1) * size, Math.min(kept.size(), page * size))));
    return json.put("page", page).put("pages", pages).put("results", kept.size());
  }

  private int parameter(String name, int otherwise) {
    try {
      return request.parameter(name).map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
