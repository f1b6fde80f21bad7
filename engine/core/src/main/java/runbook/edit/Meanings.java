package runbook.edit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.edit.Outline.StepNode;
import runbook.edit.Reference.Name;
import runbook.edit.Shape.Key;
import runbook.expr.Function;
import runbook.plan.Plan;
import runbook.type.Type;
import runbook.type.Type.Simple;
import runbook.yaml.Yaml;

/** What names in expressions mean, at a place of a plan. */
final class Meanings {
  private static final Shape FREE = new Shape.Free();

  private final Outline outline;
  private final UsedPlans used;

  /**
   * @param used the plans that this one uses
   */
  Meanings(Outline outline, UsedPlans used) {
    this.outline = outline;
    this.used = used;
  }

  /** The first names that an expression may have there. */
  List<Key> roots(Spot spot) {
    var roots = new ArrayList<Key>();
    roots.add(new Key("parameters", "a map", "What the run was given.", FREE));
    if (outline.around(spot).isPresent() || isOfOutputs(spot))
      roots.add(new Key("steps", "a map", "What earlier steps gave.", FREE));
    roots.add(new Key("run", "a map", "The run: `id`, `started`.", FREE));
    if (hasItem(spot))
      roots.add(new Key("item", item(spot).title(), "The element of `forEach`.", FREE));
    roots.add(new Key("size", "size(x)", "How many elements or characters there are.", FREE));
    roots.add(
        new Key("empty", "empty(x)", "Whether there is nothing in it, or nothing at all.", FREE));
    for (var f : Function.all()) {
      // one that takes different things is there twice
      if (roots.stream().noneMatch(r -> r.name().equals(f.name())))
        roots.add(
            new Key(f.name(), f.call() + " gives " + f.resultTitle(), f.doc() + example(f), FREE));
    }
    return roots;
  }

  private static String example(Function f) {
    return "\n\n`" + f.example() + "` is `" + f.gives() + "`.";
  }

  private boolean hasItem(Spot spot) {
    return outline.around(spot).filter(s -> s.node().get("forEach").isPresent()).isPresent();
  }

  /** What may follow these names. */
  List<Key> members(List<Name> names, Spot spot) {
    if (names.isEmpty()) return roots(spot);
    var root = names.getFirst().text();
    if (names.size() == 1 && root.equals("parameters"))
      return outline.parameters().values().stream().map(Meanings::key).toList();
    if (names.size() == 1 && root.equals("steps"))
      return visible(spot).stream()
          .filter(s -> s.id().isPresent())
          .map(s -> new Key(s.id().get().text(), kind(s), title(s), FREE))
          .toList();
    return type(names, spot).orElse(Simple.ANY) instanceof Type.Struct s
        ? s.fields().entrySet().stream()
            .map(f -> new Key(f.getKey(), f.getValue().type().title(), f.getValue().doc(), FREE))
            .toList()
        : List.of();
  }

  static Key key(Outline.Parameter p) {
    var preset = p.preset().map(d -> "\n\nDefault: `" + d + "`").orElse("");
    return new Key(p.name().text(), p.type().title(), (p.doc() + preset).strip(), FREE);
  }

  static String kind(StepNode step) {
    return step.kind().map(k -> k.key().text()).orElse("step");
  }

  static String title(StepNode step) {
    return step.scalar("title").map(Yaml.Scalar::text).orElse("");
  }

  /** Steps that have ended there. */
  private List<StepNode> visible(Spot spot) {
    var around = outline.around(spot);
    if (around.isEmpty()) return isOfOutputs(spot) ? outline.steps() : List.of();
    var visible = outline.before(around.get());
    // an undo may use what its own step gave
    if (spot.path().contains("undo")) visible.add(around.get());
    return visible;
  }

  private static boolean isOfOutputs(Spot spot) {
    return !spot.links().isEmpty() && spot.links().getFirst().key().equals("outputs");
  }

  /** The type of what the names lead to; empty where they lead nowhere. */
  Optional<Type> type(List<Name> names, Spot spot) {
    int from = 1;
    Optional<Type> type;
    switch (names.getFirst().text()) {
      case "run" -> type = Optional.of(Plan.RUN);
      case "item" -> type = hasItem(spot) ? Optional.of(item(spot)) : Optional.empty();
      case "parameters" -> {
        from = 2;
        type =
            names.size() < 2
                ? Optional.empty()
                : Optional.ofNullable(outline.parameters().get(names.get(1).text()))
                    .map(Outline.Parameter::type);
      }
      case "steps" -> {
        from = 2;
        type =
            names.size() < 2
                ? Optional.empty()
                : outline.step(names.get(1).text()).flatMap(this::outputs);
      }
      default -> type = Optional.empty();
    }
    for (int i = from; i < names.size(); i++) {
      var name = names.get(i).text();
      type = type.flatMap(t -> below(t, name));
    }
    return type;
  }

  private static Optional<Type> below(Type type, String name) {
    return switch (type) {
      case Type.Struct s -> s.field(name).map(Type.Field::type);
      case Type.MapOf(var value) -> Optional.of(value);
      case Type.ListOf(var element) when name.equals(Reference.INDEX) || name.matches("\\d+") ->
          Optional.of(element);
      default -> Optional.empty();
    };
  }

  /** What a step gives. */
  Optional<Type> outputs(StepNode step) {
    Optional<Type> once =
        step.action()
            .<Type>map(a -> a.outputs())
            .or(() -> step.scalar("use").map(file -> given(used.outline(file.text()))));
    return step.node().get("forEach").isPresent() ? once.map(Type.ListOf::new) : once;
  }

  private static Type given(Outline other) {
    var fields = new LinkedHashMap<String, Type.Field>();
    other
        .outputs()
        .keySet()
        .forEach(
            o -> fields.put(o, new Type.Field(Simple.ANY, false, "An output of the used plan.")));
    return struct("use", fields);
  }

  private static Type struct(String name, Map<String, Type.Field> fields) {
    return new Type.Struct(name, true, fields);
  }

  /** The type of an element that `forEach` goes through. */
  private Type item(Spot spot) {
    var list = outline.around(spot).flatMap(s -> s.scalar("forEach"));
    var reference = list.map(s -> Reference.in(s.text())).filter(r -> r.size() == 1);
    return reference.flatMap(r -> type(r.getFirst().names(), spot)).orElse(Simple.ANY)
            instanceof Type.ListOf(var element)
        ? element
        : Simple.ANY;
  }
}
