package runbook.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.check.Visit.Touched;
import runbook.diag.Code;
import runbook.diag.Problems;

/** Of parallel branches, no two do something to one thing, unless both only read it. */
final class BranchChecker {
  private final Applied applied;
  private final Problems problems;

  BranchChecker(Applied applied, Problems problems) {
    this.applied = applied;
    this.problems = problems;
  }

  void check(List<Course> course) {
    for (var part : course) {
      if (!(part instanceof Course.Fork(var branches))) continue;
      fork(branches);
      branches.values().forEach(this::check);
    }
  }

  /** Who did what first. */
  private record First(String branch, Visit visit) {}

  private void fork(Map<String, List<Course>> branches) {
    var readers = new ThingMap<First>();
    var writers = new ThingMap<First>();
    var lines = new HashMap<String, List<Visit>>();
    branches.forEach((name, course) -> lines.put(name, Course.flat(course)));
    for (var name : branches.keySet()) {
      for (var visit : lines.get(name))
        touched(visit).forEach(t -> meet(name, visit, t, readers, writers));
      // only now, so that a branch does not meet itself
      for (var visit : lines.get(name))
        touched(visit)
            .forEach(t ->
                (t.access() == Access.READ ? readers : writers)
                    .put(t.thing(), t.named(), new First(name, visit)));
    }
  }

  private void meet(
      String branch,
      Visit visit,
      Touched touched,
      ThingMap<First> readers,
      ThingMap<First> writers) {
    var writer = writers.get(touched.thing(), touched.named());
    var other =
        touched.access() == Access.READ
            ? writer
            : writer.or(() -> readers.get(touched.thing(), touched.named()));
    other.ifPresent(first ->
        problems.error(
            Code.BRANCH_CONFLICT,
            touched.named().span(),
            "The branch `"
                + first.branch
                + "` works on the "
                + touched.thing().title()
                + " `"
                + touched.named().symbol().title()
                + "` at the same time, in "
                + first.visit.title()
                + ".",
            "Put both steps into one branch, or one of them behind the branches."));
  }

  /** With what it applies, and the workloads behind the places where it works. */
  private Stream<Touched> touched(Visit visit) {
    var objects =
        applied.by(visit).stream()
            .flatMap(o ->
                Stream.of(Thing.values())
                    .flatMap(thing ->
                        o.names(thing)
                            .map(name ->
                                new Touched(
                                    thing,
                                    Access.SET,
                                    new Named(Symbol.of(name), visit.act().call().span())))));
    var workloads =
        visit.places().stream()
            .flatMap(named ->
                named.symbol().value().map(visit.frame().plan().places()::get).stream()
                    .flatMap(place ->
                        CourseChecker.PLACES.entrySet().stream()
                            .flatMap(p ->
                                Optional.ofNullable(place.settings().get(p.getKey())).stream()
                                    .map(v ->
                                        new Touched(
                                            p.getValue(),
                                            Access.READ,
                                            new Named(visit.frame().symbol(v), named.span()))))));
    return Stream.of(visit.touched().stream(), objects, workloads).flatMap(s -> s);
  }
}
