package runbook.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import runbook.diag.Span;
import runbook.type.FileRef;
import runbook.type.Type;
import runbook.yaml.Yaml;

/** A name that a plan gives to something, and that stands at several places. */
record Symbol(Kind kind, String name) {
  enum Kind {
    STEP,
    CHECKPOINT,
    PARAMETER,
    PLACE
  }

  /** A symbol at one of its places. */
  record Occurrence(Symbol symbol, Span span) {}

  /** The one that the offset touches. */
  static Optional<Occurrence> at(Yaml root, Grammar grammar, int offset) {
    return Spot.all(root)
        .filter(s -> s.scalar().span().start() <= offset && offset <= s.scalar().span().end())
        .flatMap(s -> in(s, grammar).stream())
        .filter(o -> o.span.start() <= offset && offset <= o.span.end())
        .findFirst();
  }

  /** All places of a symbol, in order. */
  List<Span> places(Yaml root, Grammar grammar) {
    var spans = new TreeSet<Span>();
    Spot.all(root)
        .flatMap(s -> in(s, grammar).stream())
        .filter(o -> o.symbol.equals(this))
        .forEach(o -> spans.add(o.span));
    return List.copyOf(spans);
  }

  /** Those that a scalar names. */
  static List<Occurrence> in(Spot spot, Grammar grammar) {
    var found = new ArrayList<Occurrence>();
    var scalar = spot.scalar();
    var text = scalar.text();
    if (spot.isKey()) {
      if (spot.links().size() == 2) {
        var section = spot.links().getFirst().key();
        if (section.equals("parameters")) found.add(whole(Kind.PARAMETER, scalar));
        if (section.equals("places")) found.add(whole(Kind.PLACE, scalar));
      }
      return found;
    }
    for (var reference : Reference.in(text)) {
      reference
          .below("steps")
          .ifPresent(n ->
              found.add(
                  new Occurrence(new Symbol(Kind.STEP, n.text()), scalar.at(n.from(), n.to()))));
      reference
          .below("parameters")
          .ifPresent(n ->
              found.add(
                  new Occurrence(
                      new Symbol(Kind.PARAMETER, n.text()), scalar.at(n.from(), n.to()))));
    }
    if (isOfStep(spot, grammar)) {
      switch (spot.links().getLast().key()) {
        case "id" -> found.add(whole(Kind.STEP, scalar));
        case "checkpoint", "guard" -> found.add(whole(Kind.CHECKPOINT, scalar));
        default -> {}
      }
    }
    var shape = grammar.at(spot);
    if (shape instanceof Shape.PlaceName && !text.contains("${"))
      found.add(whole(Kind.PLACE, scalar));
    if (shape instanceof Shape.Value(var type) && type == Type.Simple.FILE)
      FileRef.parse(text)
          .filter(f -> text.startsWith(f.place() + ":"))
          .ifPresent(f ->
              found.add(
                  new Occurrence(
                      new Symbol(Kind.PLACE, f.place()), scalar.at(0, f.place().length()))));
    return found;
  }

  private static boolean isOfStep(Spot spot, Grammar grammar) {
    var links = spot.links();
    if (links.isEmpty() || links.getLast().entry().isEmpty()) return false;
    var above = new Spot(links.subList(0, links.size() - 1), spot.scalar(), false);
    return grammar.at(above) instanceof Shape.Step;
  }

  private static Occurrence whole(Kind kind, Yaml.Scalar scalar) {
    return new Occurrence(new Symbol(kind, scalar.text()), scalar.at(0, scalar.text().length()));
  }
}
