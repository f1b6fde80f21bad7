package runbook.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import runbook.action.ActionType;
import runbook.edit.Shape.Key;
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
          new Key(
              "type", "a word", "What values it takes.", new Shape.Value(new Type.Choice(types()))),
          new Key("default", "a value", "Its value unless another is given.", FREE),
          new Key("env", "a string", "Environment variable that gives it.", TEXT),
          new Key("oneOf", "a list", "The only values that it takes.", FREE),
          new Key("doc", "a string", "What it is for.", TEXT));

  private static final Shape RETRY =
      new Shape.Keys(
          List.of(
              new Key("attempts", "an integer", "How often it is tried altogether.", FREE),
              new Key("delay", "a duration", "How long to wait between two attempts.", FREE),
              new Key(
                  "on",
                  "a list",
                  "The kinds of failure after which it is tried again.",
                  new Shape.Items(
                      new Shape.Value(new Type.Choice(runbook.plan.Step.Retry.KINDS))))),
          Optional.empty());

  private static final List<Key> ACTIONS =
      ActionType.all().stream()
          .map(a ->
              new Key(
                  a.name(), "action, " + a.effect().name().toLowerCase(), a.doc(), arguments(a)))
          .toList();

  private static final Key TITLE = new Key("title", "a string", "What people read.", TEXT);
  private static final Key ID =
      new Key("id", "a name", "What expressions call it: `steps.<id>`.", FREE);
  private static final Key WHEN =
      new Key("when", "a boolean", "The condition under which it is done at all.", TRUTH);

  private static final List<Key> CONTROLS =
      List.of(
          ID,
          TITLE,
          WHEN,
          new Key("forEach", "a list", "Does it once for each element, which is `item`.", FREE),
          new Key("timeout", "a duration", "How long it may take; an hour unless said.", FREE),
          new Key("retry", "a map", "Tries again after a failure.", RETRY),
          new Key(
              "guard",
              "a checkpoint",
              "The checkpoint without which it must not begin.",
              new Shape.CheckpointName()),
          new Key(
              "undo",
              "an action",
              "How it is taken back, instead of the action's own way; `nothing` if it need not be.",
              undo()),
          new Key(
              "keep",
              "a boolean",
              "What it changes is meant to stay when the plan has ended.",
              TRUTH));

  private static final Key CHECKPOINT =
      new Key(
          "checkpoint", "a name", "A point where conditions hold and a person may be asked.", FREE);
  private static final List<Key> OF_CHECKPOINT =
      List.of(
          TITLE,
          WHEN,
          new Key(
              "require", "a list", "Conditions that hold here.", new Shape.Items(requirement())),
          new Key("ask", "a string", "A question that a person answers.", TEXT),
          new Key(
              "commit", "a boolean", "Behind it, going back loses what was written since.", TRUTH));

  private static final Key PARALLEL =
      new Key(
          "parallel",
          "a map",
          "Branches that run side by side.",
          new Shape.Keys(List.of(), Optional.of(STEPS)));
  private static final Key USE =
      new Key("use", "a file", "Another plan, whose steps are done here.", new Shape.PlanFile());

  /** The plan itself. */
  static final Shape PLAN =
      new Shape.Keys(
          List.of(
              new Key(
                  "plan", "a name", "The plan's name: lower-case letters, digits and `-`.", FREE),
              TITLE,
              new Key(
                  "parameters",
                  "a map",
                  "What a run is given.",
                  names(new Shape.Keys(PARAMETER, Optional.empty()))),
              new Key(
                  "connections",
                  "a map",
                  "How systems are reached, where not as usual.",
                  connections()),
              new Key(
                  "places",
                  "a map",
                  "Where files and processes live; `local` is always there.",
                  names(place())),
              new Key("steps", "a list", "What is done, in order.", STEPS),
              new Key("outputs", "a map", "What a plan that uses this one gets.", names(FREE))),
          Optional.empty());

  /** The parameters of a used plan, by its file. */
  private final Function<String, Map<String, Outline.Parameter>> used;

  Grammar(Function<String, Map<String, Outline.Parameter>> used) {
    this.used = used;
  }

  private static List<String> types() {
    return Plan.Parameter.TYPES.keySet().stream().sorted().toList();
  }

  private static Shape names(Shape value) {
    return new Shape.Keys(List.of(), Optional.of(value));
  }

  private static Shape place() {
    return fields(Plan.PlaceDeclaration.KNOWN, "Where the place is found.");
  }

  private static Shape connections() {
    return new Shape.Keys(
        Plan.Connections.KNOWN.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e ->
                new Key(
                    e.getKey(),
                    "a map",
                    "How it is reached.",
                    fields(e.getValue(), "Instead of what is usual.")))
            .toList(),
        Optional.empty());
  }

  private static Shape fields(Map<String, Type> known, String doc) {
    return new Shape.Keys(
        known.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> new Key(e.getKey(), e.getValue().title(), doc, of(e.getValue())))
            .toList(),
        Optional.empty());
  }

  private static Shape requirement() {
    return new Shape.Keys(
        List.of(
            new Key("that", "a boolean", "The condition.", TRUTH),
            new Key("else", "a string", "What to say when it does not hold.", TEXT)),
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
    return new Key(
        "with",
        "a map",
        "The parameters of the used plan.",
        new Shape.Keys(keys, Optional.empty()));
  }
}
