package runbook.plan;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.expr.Value;
import runbook.type.FileRef;
import runbook.yaml.Yaml;
import runbook.yaml.YamlReader;

/** From a text to a plan; what it says is not held against itself yet. */
public final class PlanLoader {
  static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");
  private static final Pattern PLAN_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
  private static final List<String> KEYS = Keys.names(Keys.PLAN);

  private final Fields fields;
  private final Problems problems;

  private PlanLoader(Problems problems) {
    this.problems = problems;
    this.fields = new Fields(problems);
  }

  /** The text of a file, whatever is in it. */
  public static Optional<Source> source(Path file, Problems problems) {
    return new PlanFiles(problems).source(file);
  }

  /** The plan of a file, as far as it could be read; empty when it is no plan at all. */
  public static Optional<Plan> read(Path file, Problems problems) {
    return new PlanFiles(problems).read(file);
  }

  /**
   * @param folder what the plan's paths are relative to
   */
  public static Optional<Plan> read(Source source, Path folder, Problems problems) {
    return new PlanFiles(problems).read(source, folder);
  }

  static Optional<Plan> read(Source source, PlanFiles.Folder folder, Problems problems) {
    return YamlReader.read(source, problems)
        .flatMap(root -> new PlanLoader(problems).plan(root, source, folder));
  }

  private Optional<Plan> plan(Yaml root, Source source, PlanFiles.Folder folder) {
    var map = fields.mapping(root, "A plan").orElse(null);
    if (map == null) return Optional.empty();
    fields.onlyKnown(map, KEYS, "A plan");
    var name = fields.text(map, "plan").orElse("");
    if (map.get("plan").isEmpty()) {
      problems.error(
          Code.MISSING_KEY,
          start(map),
          "The plan has no name.",
          "Begin it with `plan: some-name`.");
    } else if (!name.isEmpty() && !PLAN_NAME.matcher(name).matches()) {
      problems.error(
          Code.INVALID_NAME,
          map.get("plan").get().span(),
          "A plan's name has lower-case letters, digits and `-` only.");
    }
    var declarations = new Declarations(fields);
    var parameters = section(map, "parameters").map(declarations::parameters).orElse(Map.of());
    var connections =
        section(map, "connections")
            .map(declarations::connections)
            .orElse(new Plan.Connections(Map.of()));
    var places = section(map, "places").map(declarations::places).orElse(Map.of());
    var steps =
        map.get("steps").map(s -> new StepLoader(fields, folder).steps(s)).orElse(List.of());
    if (map.get("steps").isEmpty())
      problems.error(Code.MISSING_KEY, start(map), "The plan has no `steps`.");
    return Optional.of(
        new Plan(
            source,
            folder.path(),
            name,
            fields.text(map, "title"),
            parameters,
            connections,
            places,
            steps,
            section(map, "outputs").map(declarations::outputs).orElse(Map.of())));
  }

  private Optional<Yaml.Mapping> section(Yaml.Mapping map, String key) {
    return map.get(key).filter(n -> !n.isNull()).flatMap(n -> fields.mapping(n, "`" + key + "`"));
  }

  private static Span start(Yaml.Mapping map) {
    return map.entries().isEmpty()
        ? new Span(map.span().source(), map.span().start(), map.span().start())
        : map.entries().getFirst().key().span();
  }

  /** The sections before the steps. */
  private record Declarations(Fields fields) {
    Map<String, Plan.Parameter> parameters(Yaml.Mapping map) {
      Map<String, Plan.Parameter> all = new LinkedHashMap<>();
      for (var e : map.entries()) {
        name(e.key(), "parameter");
        ParameterLoader.load(e, fields).ifPresent(p -> all.put(p.name(), p));
      }
      return all;
    }

    Plan.Connections connections(Yaml.Mapping map) {
      Map<String, Map<String, Value>> settings = new LinkedHashMap<>();
      fields.onlyKnown(map, Plan.Connections.KNOWN.keySet(), "`connections`");
      for (var e : map.entries()) {
        var known = Plan.Connections.KNOWN.getOrDefault(e.key().text(), Map.of());
        if (known.isEmpty()) continue;
        fields
            .mapping(e.value(), "A connection")
            .ifPresent(m -> {
              fields.onlyKnown(m, known.keySet(), "The connection `" + e.key().text() + "`");
              settings.put(e.key().text(), fields.fields(m).values());
            });
      }
      return new Plan.Connections(settings);
    }

    Map<String, Plan.PlaceDeclaration> places(Yaml.Mapping map) {
      Map<String, Plan.PlaceDeclaration> all = new LinkedHashMap<>();
      for (var e : map.entries()) {
        name(e.key(), "place");
        if (e.key().text().equals(FileRef.LOCAL)) {
          fields
              .problems()
              .error(
                  Code.INVALID_NAME,
                  e.key().span(),
                  "The place `local` is this machine and is always there.",
                  "Choose another name.");
          continue;
        }
        fields
            .mapping(e.value(), "A place")
            .ifPresent(m -> all.put(e.key().text(), place(e.key(), m)));
      }
      return all;
    }

    Map<String, Value> outputs(Yaml.Mapping map) {
      map.entries().forEach(e -> name(e.key(), "output"));
      return fields.fields(map).values();
    }

    private Plan.PlaceDeclaration place(Yaml.Scalar name, Yaml.Mapping map) {
      fields.onlyKnown(map, Plan.PlaceDeclaration.KNOWN.keySet(), "A place");
      var finders =
          Plan.PlaceDeclaration.FINDERS.stream().filter(f -> map.get(f).isPresent()).toList();
      if (finders.size() != 1) {
        fields
            .problems()
            .error(
                Code.PLACE_KIND,
                name.span(),
                "A place is in exactly one of `deployment`, `statefulset`, `job`, `pod` and `labels`.");
      }
      return new Plan.PlaceDeclaration(name.text(), fields.fields(map).values(), name.span());
    }

    private void name(Yaml.Scalar key, String what) {
      if (!NAME.matcher(key.text()).matches()) {
        fields
            .problems()
            .error(
                Code.INVALID_NAME,
                key.span(),
                "The name of a "
                    + what
                    + " has letters and digits only and begins with a small letter: `likeThis`.");
      } else if (Set.of(
              "size", "empty", "true", "false", "null", "not", "and", "or", "eq", "ne", "lt", "gt",
              "le", "ge", "div", "mod", "new", "var", "return", "if", "else", "for", "while", "do")
          .contains(key.text())) {
        fields
            .problems()
            .error(
                Code.INVALID_NAME,
                key.span(),
                "`"
                    + key.text()
                    + "` is a word of the expression language and cannot be the name of a "
                    + what
                    + ".");
      }
    }
  }
}
