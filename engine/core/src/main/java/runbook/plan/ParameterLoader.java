package runbook.plan;

import java.util.List;
import java.util.Optional;
import runbook.diag.Code;
import runbook.diag.Spelling;
import runbook.type.Type;
import runbook.yaml.Yaml;

/** Reads the declaration of a parameter. */
final class ParameterLoader {
  private static final List<String> KEYS = Keys.names(Keys.PARAMETER);

  private ParameterLoader() {}

  static Optional<Plan.Parameter> load(Yaml.Entry entry, Fields fields) {
    var map = fields.mapping(entry.value(), "A parameter").orElse(null);
    if (map == null) return Optional.empty();
    fields.onlyKnown(map, KEYS, "A parameter");
    var type = type(entry.key(), map, fields);
    if (type == Type.Simple.SECRET) secret(map, fields);
    var oneOf =
        map.get("oneOf")
            .flatMap(n -> fields.constant(n, "oneOf", new Type.ListOf(type)))
            .map(List.class::cast)
            .orElse(List.of());
    var preset =
        type == Type.Simple.SECRET ? Optional.empty() : fields.constant(map, "default", type);
    @SuppressWarnings("unchecked")
    List<Object> choices = oneOf;
    if (preset.isPresent() && !choices.isEmpty() && !choices.contains(preset.get())) {
      fields
          .problems()
          .error(
              Code.WRONG_TYPE,
              map.get("default").get().span(),
              "The default is none of the values in `oneOf`.");
    }
    return Optional.of(
        new Plan.Parameter(
            entry.key().text(),
            type,
            Optional.ofNullable(preset.orElse(null)),
            map.get("default").map(fields::value),
            fields.text(map, "env"),
            choices,
            fields.text(map, "doc").orElse(""),
            entry.key().span()));
  }

  private static Type type(Yaml.Scalar name, Yaml.Mapping map, Fields fields) {
    if (map.get("type").isEmpty()) {
      fields
          .problems()
          .error(
              Code.MISSING_KEY,
              name.span(),
              "The parameter `" + name.text() + "` has no `type`.",
              Spelling.expected(Plan.Parameter.TYPES.keySet()));
      return Type.Simple.ANY;
    }
    var word = fields.text(map, "type").orElse("");
    var type = Plan.Parameter.TYPES.get(word);
    if (type != null) return type;
    if (!word.isEmpty()) {
      fields
          .problems()
          .error(
              Code.UNKNOWN_TYPE,
              map.get("type").get().span(),
              "There is no type `" + word + "`.",
              Spelling.hint(word, Plan.Parameter.TYPES.keySet()));
    }
    return Type.Simple.ANY;
  }

  private static void secret(Yaml.Mapping map, Fields fields) {
    map.entry("default")
        .ifPresent(e ->
            fields
                .problems()
                .error(
                    Code.SECRET_IN_PLAN,
                    e.value().span(),
                    "A secret cannot stand in a plan.",
                    "Give it an `env`, the name of an environment variable."));
    if (map.get("env").isEmpty()) {
      fields
          .problems()
          .error(
              Code.MISSING_KEY,
              map.span(),
              "A secret has an `env`, the environment variable that gives it.");
    }
  }
}
