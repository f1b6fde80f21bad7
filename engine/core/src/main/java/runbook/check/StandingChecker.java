package runbook.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.check.Visit.Touched;
import runbook.diag.Code;
import runbook.diag.Problems;

/**
 * What is changed for the time of the work is changed back: a maintenance route that nobody takes
 * off, services that nobody starts again.
 */
final class StandingChecker {
  private final Problems problems;
  private final Applied applied;
  private final Map<Touched, Visit> standing = new LinkedHashMap<>();
  private final ThingMap<Touched> byThing = new ThingMap<>();

  StandingChecker(Applied applied, Problems problems) {
    this.applied = applied;
    this.problems = problems;
  }

  void check(List<Visit> visits, Frame top) {
    for (var visit : visits) {
      visit
          .restored()
          .ifPresent(earlier -> {
            if (runsAfter(visit, earlier)) standing.values().removeIf(v -> v.equals(earlier));
          });
      appliedBy(visit);
      for (var touched : visit.touched())
        if (touched.access() == Access.CHANGE) changed(visit, touched);
    }
    var given = new ArrayList<Visit>();
    // who uses this plan is handed the change, to take it back
    top.plan().outputs().values().forEach(v -> top.step(v).ifPresent(given::add));
    standing.forEach((touched, visit) -> {
      if (!given.contains(visit)) report(touched, visit);
    });
  }

  /** A restoring step that is skipped while the change was made takes nothing back. */
  private static boolean runsAfter(Visit restoring, Visit earlier) {
    return earlier.conditions().containsAll(restoring.conditions());
  }

  private void appliedBy(Visit visit) {
    if (standing.isEmpty()) return;
    applied
        .by(visit)
        .ifPresent(objects ->
            standing
                .keySet()
                .removeIf(t -> t.thing() != Thing.ROUTE && objects.mayMake(t.thing(), t.named())));
  }

  private void changed(Visit visit, Touched touched) {
    byThing.get(touched.thing(), touched.named()).ifPresent(standing::remove);
    var controls = visit.act().controls();
    if (controls.keep() || controls.undo().isPresent()) return;
    if (touched.thing() != Thing.ROUTE && visit.argument("replicas").isEmpty()) return;
    boolean back =
        touched.thing() != Thing.ROUTE
            && !isDown(visit)
            && byThing.get(touched.thing(), touched.named()).isPresent();
    if (back) return;
    standing.put(touched, visit);
    byThing.put(touched.thing(), touched.named(), touched);
  }

  static boolean isDown(Visit visit) {
    return visit
        .argument("replicas")
        .map(visit.frame()::symbol)
        .flatMap(Symbol::value)
        .filter(v -> v.equals(0L))
        .isPresent();
  }

  private void report(Touched touched, Visit visit) {
    var type = visit.act().call().type().name();
    var symbol = touched.named().symbol();
    boolean several = symbol.value().orElse(null) instanceof List;
    var what = touched.thing().title() + (several ? "s" : "") + " `" + symbol.title() + "`";
    var state =
        touched.thing() == Thing.ROUTE
            ? "still stands"
            : (several ? "are" : "is")
                + (isDown(visit) ? " still scaled down" : " still scaled as in this step");
    var restore =
        visit
            .act()
            .controls()
            .id()
            .map(id -> "`" + type + ": { restore: \"${steps." + id + "}\" }`")
            .orElse("`" + type + "` with `restore`, for which this step needs an `id`");
    problems.error(
        Code.CHANGE_STANDS,
        touched.named().span(),
        "The " + what + " " + state + " when the plan ends.",
        "Take it back in a later step, " + restore + ", or say `keep: true` on this one.");
  }
}
