package runbook.check;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.expr.Value;
import runbook.plan.Step;
import runbook.type.FileRef;

/** An action where the course of a plan comes to it. */
final class Visit {
  private final Frame frame;
  private final Step.Act act;
  private final List<String> conditions;
  private final List<Touched> touched;

  Visit(Frame frame, Step.Act act, List<String> conditions) {
    this.frame = frame;
    this.act = act;
    this.conditions = conditions;
    this.touched = findTouched();
  }

  Frame frame() {
    return frame;
  }

  Step.Act act() {
    return act;
  }

  /** Each {@code when} that it stands under, its own the last. */
  List<String> conditions() {
    return conditions;
  }

  /** What it does with which things. */
  record Touched(Thing thing, Access access, Named named) {}

  List<Touched> touched() {
    return touched;
  }

  private List<Touched> findTouched() {
    return act.call().type().touches().stream()
        .flatMap(t ->
            argument(t.parameter()).stream()
                .flatMap(v -> frame.each(v).stream())
                .map(n -> new Touched(t.thing(), t.access(), qualified(ofItems(n)))))
        .toList();
  }

  /** The namespace that it works in. */
  Symbol namespace() {
    return argument("namespace").map(frame::symbol).orElseGet(frame::namespace);
  }

  /** A thing of another namespace than the usual one is another thing. */
  private Named qualified(Named named) {
    if (argument("namespace").isEmpty() || namespace().isAlways(frame.namespace())) return named;
    var in = namespace();
    return new Named(
        new Symbol(
            named.symbol().text() + " in namespace " + in.title(),
            in.value()
                .map(ns -> named.values().stream().map(v -> (Object) (ns + "/" + v)).toList()),
            named.symbol().fixed() && in.fixed()),
        named.span());
  }

  /** The item of one list is not that of another. */
  private Named ofItems(Named named) {
    var symbol = named.symbol();
    if (act.controls().forEach().isEmpty() || !symbol.text().contains("item")) return named;
    var items = frame.symbol(act.controls().forEach().get());
    var alone = symbol.text().equals("${item}");
    return new Named(
        new Symbol(
            symbol.text() + " of " + items.text(),
            alone ? items.value() : Optional.empty(),
            alone && items.fixed()),
        named.span());
  }

  /** The earlier step of the same type whose change this one takes back. */
  Optional<Visit> restored() {
    var type = act.call().type();
    return type.parameters().entrySet().stream()
        .filter(p -> p.getValue().type().equals(type.outputs()))
        .flatMap(p -> argument(p.getKey()).stream())
        .flatMap(v -> frame.step(v).stream())
        .findFirst();
  }

  /** Places whose pods it needs, each with where it is named. */
  List<Named> places() {
    var names =
        act.call().type().placeParameters().stream()
            .flatMap(p -> argument(p).stream())
            .map(v -> new Named(frame.symbol(v), v.span()));
    var files =
        touched().stream()
            .filter(t -> t.thing() == Thing.FILE)
            .flatMap(t ->
                FileRef.parse(
                    t.named.symbol().value().map(Object::toString).orElse(t.named.symbol().text()))
                    .map(f -> new Named(Symbol.of(f.place()), t.named.span()))
                    .stream());
    return Stream.concat(names, files).toList();
  }

  Optional<Value> argument(String name) {
    return Optional.ofNullable(act.call().arguments().get(name));
  }

  /** Whether it always runs when the other does. */
  boolean runsWith(Visit other) {
    return act.controls().forEach().isEmpty() && other.conditions.containsAll(conditions);
  }

  /** What people call it. */
  String title() {
    return act.controls()
        .id()
        .map(id -> "`" + id + "`")
        .orElse("the step in line " + act.controls().span().line());
  }
}
