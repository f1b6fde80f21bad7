package runbook.edit;

import java.util.Optional;
import java.util.stream.Collectors;
import runbook.action.ActionType;
import runbook.diag.Span;
import runbook.edit.Outline.StepNode;
import runbook.type.Type;
import runbook.yaml.Yaml;

/** Says in Markdown what stands at a place. */
final class Describer {
  private final Yaml root;
  private final Outline outline;
  private final Grammar grammar;
  private final Meanings meanings;

  Describer(Yaml root, Outline outline, Grammar grammar, Meanings meanings) {
    this.root = root;
    this.outline = outline;
    this.grammar = grammar;
    this.meanings = meanings;
  }

  /**
   * @param markdown what to show
   * @param span what it is about
   */
  record Help(String markdown, Span span) {}

  Optional<Help> at(int offset) {
    return Spot.at(root, offset).flatMap(spot -> spot.isKey() ? key(spot) : value(spot, offset));
  }

  private Optional<Help> key(Spot spot) {
    var span = spot.scalar().span();
    var name = spot.scalar().text();
    var symbol = Symbol.in(spot, grammar).stream().findFirst().flatMap(o -> symbol(o.symbol()));
    if (symbol.isPresent()) return symbol.map(m -> new Help(m, span));
    var container = spot.links().getLast().container();
    var map = container instanceof Yaml.Mapping m ? Optional.of(m) : Optional.<Yaml.Mapping>empty();
    return grammar.keys(grammar.at(spot), map).stream()
        .filter(k -> k.name().equals(name))
        .findFirst()
        .map(k -> described(k) + ActionType.named(name).map(Describer::inAndOut).orElse(""))
        .map(m -> new Help(m, span));
  }

  private Optional<Help> value(Spot spot, int offset) {
    var scalar = spot.scalar();
    var reference = Reference.at(scalar.text(), spot.textOffset(offset));
    if (reference.isPresent()) {
      var last = reference.get().last();
      return name(reference.get(), spot).map(m -> new Help(m, scalar.at(last.from(), last.to())));
    }
    return Symbol.in(spot, grammar).stream()
        .filter(o -> o.span().start() <= offset && offset <= o.span().end())
        .findFirst()
        .flatMap(o -> symbol(o.symbol()).map(m -> new Help(m, o.span())));
  }

  /** The last name of a chain. */
  private Optional<String> name(Reference reference, Spot spot) {
    var names = reference.names();
    if (names.size() == 2 && names.getFirst().text().equals("steps"))
      return symbol(new Symbol(Symbol.Kind.STEP, reference.last().text()));
    return meanings.members(names.subList(0, names.size() - 1), spot).stream()
        .filter(k -> k.name().equals(reference.last().text()))
        .findFirst()
        .map(Describer::described);
  }

  private static String described(Shape.Key key) {
    return "`"
        + key.name()
        + "`: "
        + key.detail()
        + (key.doc().isEmpty() ? "" : "\n\n" + key.doc());
  }

  private Optional<String> symbol(Symbol symbol) {
    return switch (symbol.kind()) {
      case STEP -> outline.step(symbol.name()).map(this::step);
      case CHECKPOINT ->
          outline
              .checkpoint(symbol.name())
              .map(c ->
                  "checkpoint `"
                      + symbol.name()
                      + "`"
                      + paragraph(Meanings.title(c))
                      + paragraph(c.scalar("ask").map(Yaml.Scalar::text).orElse("")));
      case PARAMETER ->
          Optional.ofNullable(outline.parameters().get(symbol.name()))
              .map(p -> "parameter " + described(Meanings.key(p)));
      case PLACE ->
          symbol.name().equals("local")
              ? Optional.of("place `local`: this machine")
              : Optional.ofNullable(outline.places().get(symbol.name()))
                  .map(p -> "place `" + symbol.name() + "`" + declared(p));
    };
  }

  private String declared(Yaml.Scalar place) {
    return Spot.all(root)
        .filter(s -> s.isKey() && s.scalar() == place)
        .findFirst()
        .flatMap(s -> s.links().getLast().entry())
        .map(e -> ": `" + e.value().span().text().strip() + "`")
        .orElse("");
  }

  private String step(StepNode step) {
    return "step `"
        + step.id().map(Yaml.Scalar::text).orElse("")
        + "`: "
        + Meanings.kind(step)
        + paragraph(Meanings.title(step))
        + meanings.outputs(step).map(Describer::given).orElse("");
  }

  private static String given(Type type) {
    return switch (type) {
      case Type.ListOf(var element) -> "\n\nOnce for each element." + given(element);
      case Type.Struct s when !s.fields().isEmpty() -> "\n\nGives:\n" + fields(s);
      default -> "";
    };
  }

  private static String inAndOut(ActionType action) {
    var parameters = new Type.Struct(action.name(), false, action.parameters());
    return "\n\nTakes:\n" + fields(parameters) + given(action.outputs());
  }

  private static String fields(Type.Struct struct) {
    return struct.fields().entrySet().stream()
        .map(f -> {
          boolean needed = !struct.output() && !f.getValue().optional();
          var type = f.getValue().type().title() + (needed ? ", needed" : "");
          return "- `" + f.getKey() + "`: " + type + ". " + f.getValue().doc();
        })
        .collect(Collectors.joining("\n"));
  }

  private static String paragraph(String text) {
    return text.isEmpty() ? "" : "\n\n" + text;
  }
}
