package runbook.check;

import runbook.diag.Problems;

/** What can be said of the order of all actions, over the borders of files. */
final class CourseChecks {
  private CourseChecks() {}

  static void check(Frame frame, Problems problems) {
    var course = Course.of(frame, problems);
    var visits = Course.flat(course);
    var applied = new Applied();
    var proofs = new ProofChecker(problems);
    var sets = new SetChecker(problems);
    visits.forEach(proofs::check);
    visits.forEach(sets::check);
    new StandingChecker(applied, problems).check(visits, frame);
    new CourseChecker(applied, problems).check(course);
    new BranchChecker(applied, problems).check(course);
    new FileChecker(problems).check(visits);
  }
}
