package runbook.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.action.ActionType;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Spelling;
import runbook.expr.Value;
import runbook.type.Type;
import runbook.yaml.Yaml;

/** Reads steps: which kind each is, its controls, its arguments. */
final class StepLoader {
  private static final List<String> CONTROLS = Keys.names(Keys.CONTROLS);
  private static final List<String> CHECKPOINT = Keys.names(Keys.CHECKPOINT);
  private static final List<String> PARALLEL = Keys.names(Keys.PARALLEL);
  private static final List<String> USE = Keys.names(Keys.USE);
  private static final List<String> OTHER_KINDS = List.of("checkpoint", "parallel", "use");
  private static final Set<String> ACTIONS =
      ActionType.all().stream()
          .map(ActionType::name)
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private final Fields fields;
  private final Problems problems;
  private final PlanFiles.Folder folder;
  private int count;

  StepLoader(Fields fields, PlanFiles.Folder folder) {
    this.folder = folder;
    this.fields = fields;
    this.problems = fields.problems();
  }

  List<Step> steps(Yaml node) {
    return steps(node, "`steps`");
  }

  private List<Step> steps(Yaml node, String what) {
    var steps = new ArrayList<Step>();
    var items = fields.sequence(node, what).orElse(List.of());
    if (node instanceof Yaml.Sequence && items.isEmpty())
      problems.error(Code.MISSING_KEY, node.span(), "There is no step here.");
    for (var item : items) fields.mapping(item, "A step").flatMap(this::step).ifPresent(steps::add);
    return List.copyOf(steps);
  }

  private Optional<Step> step(Yaml.Mapping map) {
    count++;
    var kinds = map.entries().stream().filter(e -> isKind(e.key().text())).toList();
    if (kinds.size() > 1) {
      problems.error(
          Code.STEP_KIND,
          kinds.get(1).key().span(),
          "A step is one thing, and this one is `" + kinds.get(0).key().text() + "` already.",
          "Begin a new step with `-`.");
      return Optional.empty();
    }
    if (kinds.isEmpty()) {
      noKind(map);
      return Optional.empty();
    }
    var kind = kinds.getFirst();
    return switch (kind.key().text()) {
      case "checkpoint" -> Optional.of(checkpoint(map, kind));
      case "parallel" -> Optional.of(parallel(map, kind));
      case "use" -> use(map, kind);
      default -> act(map, kind);
    };
  }

  private static boolean isKind(String key) {
    return ACTIONS.contains(key) || OTHER_KINDS.contains(key);
  }

  /** A step whose action is misspelt, or which has none. */
  private void noKind(Yaml.Mapping map) {
    var strange =
        map.entries().stream()
            .filter(e ->
                Stream.of(CONTROLS, CHECKPOINT, USE).noneMatch(k -> k.contains(e.key().text())))
            .findFirst();
    var all = Stream.concat(ACTIONS.stream(), OTHER_KINDS.stream()).toList();
    if (strange.isEmpty()) {
      problems.error(Code.STEP_KIND, map.span(), "This step does nothing.", Spelling.expected(all));
    } else {
      var word = strange.get().key();
      problems.error(
          Code.UNKNOWN_ACTION,
          word.span(),
          "There is no action `" + word.text() + "`.",
          Spelling.hint(word.text(), all));
    }
  }

  private Optional<Step> act(Yaml.Mapping map, Yaml.Entry kind) {
    var known = new ArrayList<>(CONTROLS);
    known.add(kind.key().text());
    fields.onlyKnown(map, known, "A step");
    var controls = controls(map);
    return call(kind).map(call -> new Step.Act(controls, call));
  }

  private Optional<Step.Call> call(Yaml.Entry kind) {
    var type = ActionType.named(kind.key().text()).orElseThrow();
    return fields
        .mapping(kind.value(), "`" + type.name() + "`")
        .map(arguments -> {
          fields.onlyKnown(arguments, type.parameters().keySet(), "`" + type.name() + "`");
          type.parameters()
              .forEach((name, field) -> {
                if (!field.optional() && arguments.get(name).isEmpty()) {
                  problems.error(
                      Code.MISSING_PARAMETER,
                      kind.key().span(),
                      "`" + type.name() + "` needs `" + name + "`.",
                      field.doc());
                }
              });
          return new Step.Call(type, fields.fields(arguments).values(), kind.key().span());
        });
  }

  private Step checkpoint(Yaml.Mapping map, Yaml.Entry kind) {
    fields.onlyKnown(map, CHECKPOINT, "A checkpoint");
    var name = fields.text(map, "checkpoint").orElse("");
    if (!name.isEmpty()) checkName(kind.value(), name, "checkpoint");
    var requirements = new ArrayList<Step.Requirement>();
    map.get("require")
        .flatMap(n -> fields.sequence(n, "`require`"))
        .orElse(List.of())
        .forEach(n ->
            fields
                .mapping(n, "A requirement")
                .ifPresent(m -> {
                  fields.onlyKnown(m, Keys.names(Keys.REQUIREMENT), "A requirement");
                  if (m.get("that").isEmpty())
                    problems.error(
                        Code.MISSING_KEY, m.span(), "A requirement has a condition, `that`.");
                  else
                    requirements.add(
                        new Step.Requirement(
                            fields.value(m.get("that").get()),
                            m.get("else").map(fields::value),
                            m.span()));
                }));
    boolean commit = (boolean) fields.constant(map, "commit", Type.Simple.BOOLEAN).orElse(false);
    var controls =
        Step.Controls.common(
            name.isEmpty() ? "#" + count : name,
            Optional.empty(),
            map.get("title").map(fields::value),
            map.get("when").map(fields::value),
            kind.key().span());
    return new Step.Checkpoint(
        controls, name, List.copyOf(requirements), map.get("ask").map(fields::value), commit);
  }

  private Step parallel(Yaml.Mapping map, Yaml.Entry kind) {
    fields.onlyKnown(map, PARALLEL, "A `parallel` step");
    var key = "#" + count;
    Map<String, List<Step>> branches = new LinkedHashMap<>();
    fields
        .mapping(kind.value(), "`parallel`")
        .ifPresent(m -> {
          if (m.entries().isEmpty())
            problems.error(Code.MISSING_KEY, m.span(), "There is no branch here.");
          for (var e : m.entries()) {
            checkName(e.key(), e.key().text(), "branch");
            branches.put(e.key().text(), steps(e.value(), "A branch"));
          }
        });
    var controls =
        Step.Controls.common(
            key,
            Optional.empty(),
            map.get("title").map(fields::value),
            map.get("when").map(fields::value),
            kind.key().span());
    return new Step.Parallel(controls, branches);
  }

  private Optional<Step> use(Yaml.Mapping map, Yaml.Entry kind) {
    fields.onlyKnown(map, USE, "A step that uses another plan");
    var key = count;
    var id = id(map);
    var controls =
        Step.Controls.common(
            id.orElse("#" + key),
            id,
            map.get("title").map(fields::value),
            map.get("when").map(fields::value),
            map.get("id").map(Yaml::span).orElse(kind.key().span()));
    var arguments =
        map.get("with")
            .flatMap(n -> fields.mapping(n, "`with`"))
            .map(fields::fields)
            .orElse(new Value.Fields(Map.of(), Map.of(), kind.key().span()));
    return fields
        .text(map, "use")
        .map(file ->
            new Step.Use(
                controls,
                file,
                folder.use(file, kind.value().span()),
                arguments,
                kind.key().span()));
  }

  private Optional<String> id(Yaml.Mapping map) {
    var id = fields.text(map, "id");
    id.ifPresent(i -> checkName(map.get("id").get(), i, "step"));
    return id;
  }

  private Step.Controls controls(Yaml.Mapping map) {
    var id = id(map);
    var timeout = fields.duration(map, "timeout");
    if (timeout.filter(Duration::isZero).isPresent())
      problems.error(
          Code.WRONG_TYPE,
          map.get("timeout").get().span(),
          "A time limit of nothing lets nothing happen.");
    return new Step.Controls(
        id.orElse("#" + count),
        id,
        map.get("title").map(fields::value),
        map.get("when").map(fields::value),
        map.get("forEach").map(fields::value),
        timeout,
        map.get("retry").flatMap(this::retry),
        map.get("undo").flatMap(this::undo),
        fields.text(map, "guard").map(g -> new Step.Guard(g, map.get("guard").get().span())),
        (boolean) fields.constant(map, "keep", Type.Simple.BOOLEAN).orElse(false),
        map.get("id").map(Yaml::span).orElse(map.entries().getFirst().key().span()));
  }

  private void checkName(Yaml at, String name, String what) {
    if (!PlanLoader.NAME.matcher(name).matches()) {
      problems.error(
          Code.INVALID_NAME,
          at.span(),
          "The name of a "
              + what
              + " has letters and digits only and begins with a small letter: `likeThis`.");
    }
  }

  private Optional<Step.Retry> retry(Yaml node) {
    return fields
        .mapping(node, "`retry`")
        .map(m -> {
          fields.onlyKnown(m, Keys.names(Keys.RETRY), "`retry`");
          long attempts = (Long) fields.constant(m, "attempts", Type.Simple.INTEGER).orElse(2L);
          if (attempts < 1 || attempts > 1000)
            problems.error(
                Code.WRONG_TYPE, m.get("attempts").get().span(), "`attempts` is from 1 to 1000.");
          @SuppressWarnings("unchecked")
          var on =
              (List<String>)
                  fields
                      .constant(m, "on", new Type.ListOf(new Type.Choice(Step.Retry.KINDS)))
                      .orElse(List.of());
          return new Step.Retry(
              attempts, fields.duration(m, "delay").orElse(Duration.ofSeconds(5)), on, m.span());
        });
  }

  private Optional<Step.Undo> undo(Yaml node) {
    if (node instanceof Yaml.Scalar s && s.text().equals("nothing"))
      return Optional.of(new Step.Undo.Nothing());
    if (!(node instanceof Yaml.Mapping m)
        || m.entries().size() != 1
        || !ACTIONS.contains(m.entries().getFirst().key().text())) {
      problems.error(
          Code.INVALID_UNDO,
          node.span(),
          "`undo` is one action, or the word `nothing`.",
          "Such as `undo: { scale: { restore: \"${steps.stop}\" } }`.");
      return Optional.empty();
    }
    return call(m.entries().getFirst()).map(Step.Undo.By::new);
  }
}
