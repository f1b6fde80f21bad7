package runbook.edit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import runbook.action.ActionType;
import runbook.edit.Shape.Key;
import runbook.plan.Keys;
import runbook.plan.Plan;
import runbook.type.Type;
import runbook.type.Type.Simple;
import runbook.yaml.Yaml;

/** The language as a table: which keys stand where, and what each is for. */
final class Grammar {
  private static final Shape FREE = new Shape.Free();
  private static final Shape TEXT = new Shape.Value(Simple.STRING);
  private static final Shape TRUTH = new Shape.Value(Simple.BOOLEAN);
  private static final Shape STEPS = new Shape.Items(new Shape.Step());

  private static final List<Key> PARAMETER =
      List.of(
          key(Keys.PARAMETER, "type", "a word", new Shape.Value(new Type.Choice(types()))),
          key(Keys.PARAMETER, "default", "a value", FREE),
          key(Keys.PARAMETER, "env", "a string", TEXT),
          key(Keys.PARAMETER, "oneOf", "a list", FREE),
          key(Keys.PARAMETER, "doc", "a string", TEXT));

  private static final Shape RETRY =
      new Shape.Keys(
          List.of(
              key(Keys.RETRY, "attempts", "an integer", FREE),
              key(Keys.RETRY, "delay", "a duration", FREE),
              key(
                  Keys.RETRY,
                  "on",
                  "a list",
                  new Shape.Items(
                      new Shape.Value(new Type.Choice(runbook.plan.Step.Retry.KINDS))))),
          Optional.empty());

  private static final List<Key> ACTIONS =
      ActionType.all().stream()
          .map(a ->
              new Key(
                  a.name(), "action, " + a.effect().name().toLowerCase(), a.doc(), arguments(a)))
          .toList();

  private static final Key TITLE = key(Keys.CONTROLS, "title", "a string", TEXT);
  private static final Key ID = key(Keys.CONTROLS, "id", "a name", FREE);
  private static final Key WHEN = key(Keys.CONTROLS, "when", "a boolean", TRUTH);

  private static final List<Key> CONTROLS =
      List.of(
          ID,
          TITLE,
          WHEN,
          key(Keys.CONTROLS, "forEach", "a list", FREE),
          key(Keys.CONTROLS, "timeout", "a duration", FREE),
          key(Keys.CONTROLS, "retry", "a map", RETRY),
          key(Keys.CONTROLS, "guard", "a checkpoint", new Shape.CheckpointName()),
          key(Keys.CONTROLS, "undo", "an action", undo()),
          key(Keys.CONTROLS, "keep", "a boolean", TRUTH));

  private static final Key CHECKPOINT = key(Keys.CHECKPOINT, "checkpoint", "a name", FREE);
  private static final List<Key> OF_CHECKPOINT =
      List.of(
          TITLE,
          WHEN,
          key(Keys.CHECKPOINT, "require", "a list", new Shape.Items(requirement())),
          key(Keys.CHECKPOINT, "ask", "a string", TEXT),
          key(Keys.CHECKPOINT, "commit", "a boolean", TRUTH));

  private static final Key PARALLEL =
      key(Keys.PARALLEL, "parallel", "a map", new Shape.Keys(List.of(), Optional.of(STEPS)));
  private static final Key USE = key(Keys.USE, "use", "a file", new Shape.PlanFile());

  /** The plan itself. */
  static final Shape PLAN =
      new Shape.Keys(
          List.of(
              key(Keys.PLAN, "plan", "a name", FREE),
              TITLE,
              key(
                  Keys.PLAN,
                  "parameters",
                  "a map",
                  names(new Shape.Keys(PARAMETER, Optional.empty()))),
              key(Keys.PLAN, "connections", "a map", connections()),
              key(Keys.PLAN, "places", "a map", names(place())),
              key(Keys.PLAN, "steps", "a list", STEPS),
              key(Keys.PLAN, "outputs", "a map", names(FREE))),
          Optional.empty());

  /** The parameters of a used plan, by its file. */
  private final Function<String, Map<String, Outline.Parameter>> used;

  Grammar(Function<String, Map<String, Outline.Parameter>> used) {
    this.used = used;
  }

  private static Key key(List<Keys.Key> from, String name, String detail, Shape value) {
    return new Key(name, detail, Keys.of(from, name).doc(), value);
  }

  private static List<String> types() {
    return Plan.Parameter.TYPES.keySet().stream().sorted().toList();
  }

  private static Shape names(Shape value) {
    return new Shape.Keys(List.of(), Optional.of(value));
  }

  private static Shape place() {
    return fields(Keys.PLACE);
  }

  private static Shape connections() {
    return new Shape.Keys(
        Keys.CONNECTIONS.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> new Key(e.getKey(), "a map", "How it is reached.", fields(e.getValue())))
            .toList(),
        Optional.empty());
  }

  private static Shape fields(List<Keys.Key> known) {
    return new Shape.Keys(
        known.stream()
            .sorted(Comparator.comparing(Keys.Key::name))
            .map(k -> {
              var type = k.type().orElseThrow();
              return new Key(k.name(), type.title(), k.doc(), of(type));
            })
            .toList(),
        Optional.empty());
  }

  private static Shape requirement() {
    return new Shape.Keys(
        List.of(
            key(Keys.REQUIREMENT, "that", "a boolean", TRUTH),
            key(Keys.REQUIREMENT, "else", "a string", TEXT)),
        Optional.empty());
  }

  private static Shape undo() {
    return new Shape.Keys(ACTIONS, Optional.empty());
  }

  private static Shape arguments(ActionType action) {
    var places = action.placeParameters();
    return new Shape.Keys(
        action.parameters().entrySet().stream()
            .map(p -> {
              var field = p.getValue();
              var shape = places.contains(p.getKey()) ? new Shape.PlaceName() : of(field.type());
              return new Key(
                  p.getKey(),
                  field.type().title() + (field.optional() ? "" : ", needed"),
                  field.doc(),
                  shape);
            })
            .toList(),
        Optional.empty());
  }

  static Shape of(Type type) {
    return switch (type) {
      case Type.Struct s when !s.output() ->
          new Shape.Keys(
              s.fields().entrySet().stream()
                  .map(f ->
                      new Key(
                          f.getKey(),
                          f.getValue().type().title(),
                          f.getValue().doc(),
                          of(f.getValue().type())))
                  .toList(),
              Optional.empty());
      case Type.ListOf(var element) -> new Shape.Items(of(element));
      case Type.MapOf(var value) -> new Shape.Keys(List.of(), Optional.of(of(value)));
      default -> new Shape.Value(type);
    };
  }

  /** The shape of what is behind all links; that of the last container for a key. */
  Shape at(Spot spot) {
    Shape shape = PLAN;
    var links = spot.isKey() ? spot.links().subList(0, spot.links().size() - 1) : spot.links();
    for (var link : links) shape = below(shape, link);
    return shape;
  }

  private Shape below(Shape shape, Spot.Link link) {
    if (link.entry().isEmpty()) return shape instanceof Shape.Items(var element) ? element : FREE;
    var name = link.key();
    var map = (Yaml.Mapping) link.container();
    return keys(shape, Optional.of(map)).stream()
        .filter(k -> k.name().equals(name))
        .findFirst()
        .map(Key::value)
        .orElseGet(
            () -> shape instanceof Shape.Keys(var _, var others) ? others.orElse(FREE) : FREE);
  }

  /**
   * The keys that are known at a place.
   *
   * @param map what stands there, if it is a map already
   */
  List<Key> keys(Shape shape, Optional<Yaml.Mapping> map) {
    return switch (shape) {
      case Shape.Keys(var keys, var _) -> keys;
      case Shape.Step _ -> step(map);
      default -> List.of();
    };
  }

  private List<Key> step(Optional<Yaml.Mapping> map) {
    var kind =
        map.flatMap(
            m -> m.entries().stream().filter(e -> Outline.isKind(e.key().text())).findFirst());
    return switch (kind.map(k -> k.key().text()).orElse("")) {
      case "" ->
          Stream.of(ACTIONS, List.of(CHECKPOINT, PARALLEL, USE), CONTROLS)
              .flatMap(List::stream)
              .toList();
      case "checkpoint" -> with(OF_CHECKPOINT, CHECKPOINT);
      case "parallel" -> with(List.of(TITLE, WHEN), PARALLEL);
      case "use" -> with(List.of(ID, TITLE, WHEN, given(map.orElseThrow())), USE);
      case String action ->
          with(
              CONTROLS,
              ACTIONS.stream().filter(a -> a.name().equals(action)).findFirst().orElseThrow());
    };
  }

  private static List<Key> with(List<Key> others, Key kind) {
    var all = new ArrayList<>(others);
    all.add(kind);
    return all;
  }

  /** What a used plan takes. */
  private Key given(Yaml.Mapping step) {
    var file = step.get("use").orElse(null) instanceof Yaml.Scalar s ? s.text() : "";
    var keys =
        used.apply(file).entrySet().stream()
            .map(p ->
                new Key(
                    p.getKey(),
                    p.getValue().type().title(),
                    p.getValue().doc(),
                    of(p.getValue().type())))
            .toList();
    return key(Keys.USE, "with", "a map", new Shape.Keys(keys, Optional.empty()));
  }
}
