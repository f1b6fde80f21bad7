package runbook.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.plan.Step;

/** The actions of a plan and of those that it uses, in the order in which a run comes to them. */
sealed interface Course {
  /** More steps than any runbook has: plans that use each other twice grow beyond all bounds. */
  int MOST = 200_000;

  record One(Visit visit) implements Course {}

  /** Side by side. */
  record Fork(Map<String, List<Course>> branches) implements Course {}

  /** The course of a plan; empty, with a problem, when it is too long. */
  static List<Course> of(Frame frame, Problems problems) {
    var plan = frame.plan();
    var walk = new Walk();
    var course = walk.sequence(plan.steps(), frame, List.of());
    if (walk.count <= MOST) return course;
    problems.error(
        Code.PLAN_TOO_LARGE,
        plan.steps().getFirst().controls().span(),
        "With all that it uses, this plan has more than " + MOST + " steps.",
        "Look which plans use others several times.");
    return List.of();
  }

  /** Each action, with no regard to branches. */
  static List<Visit> flat(List<Course> course) {
    var all = new ArrayList<Visit>();
    for (var part : course) {
      switch (part) {
        case One(var visit) -> all.add(visit);
        case Fork(var branches) -> branches.values().forEach(b -> all.addAll(flat(b)));
      }
    }
    return all;
  }

  /** Goes through the plans. */
  final class Walk {
    private int count;

    private List<Course> sequence(List<Step> steps, Frame frame, List<String> conditions) {
      var course = new ArrayList<Course>();
      for (var step : steps) {
        if (count > MOST) return course;
        var under = new ArrayList<>(conditions);
        step.controls().when().ifPresent(w -> under.add(frame.symbol(w).text()));
        switch (step) {
          case Step.Act a -> {
            count++;
            var visit = new Visit(frame, a, List.copyOf(under));
            frame.add(visit);
            course.add(new One(visit));
          }
          case Step.Parallel p -> {
            var branches = new LinkedHashMap<String, List<Course>>();
            p.branches()
                .forEach((name, branch) -> branches.put(name, sequence(branch, frame, under)));
            course.add(new Fork(branches));
          }
          case Step.Use u ->
              u.plan()
                  .ifPresent(other ->
                      course.addAll(sequence(other.steps(), frame.within(u, other), under)));
          case Step.Checkpoint _ -> {}
        }
      }
      return course;
    }
  }
}
