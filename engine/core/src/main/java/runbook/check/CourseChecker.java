package runbook.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;

/** What is used has to be there: not destroyed before, and no place whose pods are gone. */
final class CourseChecker {
  static final Map<String, Thing> PLACES =
      Map.of("deployment", Thing.DEPLOYMENT, "statefulset", Thing.STATEFUL_SET);

  private static final Span NOWHERE = new Span(new Source("", ""), 0, 0);

  private final Problems problems;
  private final Applied applied;
  private ThingMap<Visit> destroyed = new ThingMap<>();
  private ThingMap<Visit> down = new ThingMap<>();

  CourseChecker(Applied applied, Problems problems) {
    this.applied = applied;
    this.problems = problems;
  }

  void check(List<Course> course) {
    for (var part : course) {
      switch (part) {
        case Course.One(var visit) -> visit(visit);
        case Course.Fork(var branches) -> fork(List.copyOf(branches.values()));
      }
    }
  }

  /** Each branch begins with what was before all; behind them all that happened has happened. */
  private void fork(List<List<Course>> branches) {
    var before = List.of(destroyed, down);
    var after = new ArrayList<List<ThingMap<Visit>>>();
    for (var branch : branches) {
      destroyed = before.get(0).copy();
      down = before.get(1).copy();
      check(branch);
      after.add(List.of(destroyed, down));
    }
    destroyed = new ThingMap<>();
    down = new ThingMap<>();
    for (var state : after) {
      destroyed.addAll(state.get(0));
      down.addAll(state.get(1));
    }
  }

  private void visit(Visit visit) {
    places(visit);
    for (var touched : visit.touched()) {
      if (touched.thing() == Thing.FILE) continue;
      destroyed
          .get(touched.thing(), touched.named())
          .ifPresent(by ->
              problems.error(
                  Code.DESTROYED_USED,
                  touched.named().span(),
                  "The "
                      + touched.thing().title()
                      + " `"
                      + touched.named().symbol().title()
                      + "` is destroyed by "
                      + by.title()
                      + " before this step.",
                  "Make it again between the two, or use it before."));
    }
    applied.by(visit).ifPresent(this::made);
    for (var touched : visit.touched()) {
      if (touched.access() == Access.DESTROY && isSure(visit))
        destroyed.put(touched.thing(), touched.named(), visit);
      if (touched.access() != Access.CHANGE) continue;
      if (StandingChecker.isDown(visit) && isSure(visit))
        down.put(touched.thing(), touched.named(), visit);
      else down.remove(touched.thing(), touched.named());
    }
    visit.restored().ifPresent(earlier -> down.removeIf(v -> v.equals(earlier)));
  }

  /** What may not happen proves nothing. */
  private static boolean isSure(Visit visit) {
    return visit.conditions().isEmpty();
  }

  private void made(Applied.Objects objects) {
    if (!objects.all()) {
      destroyed.removeIf(_ -> true);
      down.removeIf(_ -> true);
      return;
    }
    for (var thing : Thing.values())
      objects
          .names(thing)
          .forEach(name -> {
            var named = new Named(Symbol.of(name), NOWHERE);
            destroyed.remove(thing, named);
            down.remove(thing, named);
          });
  }

  private void places(Visit visit) {
    if (down.isEmpty()) return;
    for (var named : visit.places()) {
      var place = named.symbol().value().map(visit.frame().plan().places()::get);
      if (place.isEmpty()) continue;
      PLACES.forEach((key, thing) ->
          Optional.ofNullable(place.get().settings().get(key))
              .flatMap(v -> down.get(thing, new Named(visit.frame().symbol(v), v.span())))
              .ifPresent(by ->
                  problems.error(
                      Code.PLACE_GONE,
                      named.span(),
                      "The place `"
                          + place.get().name()
                          + "` has no pod here, since "
                          + by.title()
                          + " scales its "
                          + thing.title()
                          + " to 0.",
                      "Use it before, or start it again before this step.")));
    }
  }
}
