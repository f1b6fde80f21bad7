package runbook.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import runbook.type.Type;

/** The types of the language as JSON Schema: what a plan may have where a value is wanted. */
final class TypeSchema {
  /** A text that has an expression in it; also one that writes {@code $${}. */
  static final String EXPRESSION = "\\$\\{";

  private static final String DURATION =
      "^(?=.)(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m(?!s))?(\\d{1,9}s)?(\\d{1,9}ms)?$";
  private static final String QUANTITY = "^[+-]?\\d{1,18}(\\.\\d{1,18})?([numkMGTPE]|[KMGTPE]i)?$";
  private static final String FILE = "^[a-z][A-Za-z0-9]*:.";

  private TypeSchema() {}

  /** Keys and values in turn. */
  static Map<String, Object> map(Object... entries) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < entries.length; i += 2) map.put((String) entries[i], entries[i + 1]);
    return map;
  }

  /** A value that is written out: it has no expressions. */
  static Map<String, Object> constant(Type type) {
    return of(type, false);
  }

  /** A value, or an expression that gives it; the parts of a list or a map may be expressions. */
  static Map<String, Object> computed(Type type) {
    return of(type, true);
  }

  private static Map<String, Object> of(Type type, boolean computed) {
    return switch (type) {
      case Type.Simple s ->
          switch (s) {
            case ANY -> map();
            case STRING, SECRET ->
                computed
                    ? map("type", "string")
                    : map("type", "string", "not", map("pattern", EXPRESSION));
            case PATH ->
                computed
                    ? map("type", "string", "minLength", 1)
                    : map("type", "string", "minLength", 1, "not", map("pattern", EXPRESSION));
            case DURATION -> text(DURATION, computed);
            case FILE -> text(FILE, computed);
            case QUANTITY ->
                map("anyOf", List.of(map("type", "integer"), text(QUANTITY, computed)));
            case INTEGER -> or(map("type", "integer"), computed);
            case NUMBER -> or(map("type", "number"), computed);
            case BOOLEAN -> or(map("type", "boolean"), computed);
            case WORD -> map("type", List.of("string", "number", "boolean"));
          };
      case Type.Choice(var words) -> or(map("enum", words), computed);
      case Type.ListOf(var element) ->
          or(map("type", "array", "items", of(element, computed)), computed);
      case Type.MapOf(var value) ->
          or(map("type", "object", "additionalProperties", of(value, computed)), computed);
      // what a step gives comes from a step, and cannot be written
      case Type.Struct s when s.output() -> map("type", "string", "pattern", EXPRESSION);
      case Type.Struct s -> or(struct(s.fields(), computed), computed);
    };
  }

  /** A map with these fields and no others. */
  static Map<String, Object> struct(Map<String, Type.Field> fields, boolean computed) {
    var properties = new LinkedHashMap<String, Object>();
    var needed = new ArrayList<String>();
    fields.forEach((name, field) -> {
      properties.put(name, described(field.doc(), of(field.type(), computed)));
      if (!field.optional()) needed.add(name);
    });
    return object(properties, needed);
  }

  static Map<String, Object> object(Map<String, Object> properties, List<String> needed) {
    var object = map("type", "object", "properties", properties, "additionalProperties", false);
    if (!needed.isEmpty()) object.put("required", needed);
    return object;
  }

  /** With what an editor shows; beside the text without code marks for those that know no other. */
  static Map<String, Object> described(String doc, Map<String, Object> schema) {
    var all = map("description", doc.replace("`", ""));
    if (doc.contains("`")) all.put("markdownDescription", doc);
    all.putAll(schema);
    return all;
  }

  private static Map<String, Object> text(String pattern, boolean computed) {
    return map("type", "string", "pattern", computed ? pattern + "|" + EXPRESSION : pattern);
  }

  private static Map<String, Object> or(Map<String, Object> schema, boolean computed) {
    return computed
        ? map("anyOf", List.of(schema, map("type", "string", "pattern", EXPRESSION)))
        : schema;
  }
}
