package runbook.check;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import runbook.action.ActionType;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.expr.Expression;
import runbook.plan.Plan;
import runbook.plan.PlanLoader;

/** From a file to a plan that can be executed: reads, then checks, and finds all problems. */
public final class Validator {
  private Validator() {}

  /**
   * Begins to load, beside what the caller does, what every plan needs: the actions' declarations
   * and the engine of expressions. A program that lives for one plan has it done by the time that
   * its file is read.
   */
  public static void prepare() {
    Thread.ofPlatform().daemon().name("actions").start(ActionType::all);
    Thread.ofPlatform().daemon().name("expressions").start(Expression::prepare);
  }

  /** The plan of a file; empty when there is an error among the problems. */
  public static Optional<Plan> load(Path file, Problems problems) {
    return checked(PlanLoader.read(file, problems), problems);
  }

  /**
   * @param folder what the plan's paths are relative to
   */
  public static Optional<Plan> load(Source source, Path folder, Problems problems) {
    return checked(PlanLoader.read(source, folder, problems), problems);
  }

  private static Optional<Plan> checked(Optional<Plan> plan, Problems problems) {
    plan.ifPresent(p -> check(p, problems));
    return problems.hasErrors() ? Optional.empty() : plan;
  }

  /** Each step for itself, and beside it their course, which asks nothing of the other. */
  private static void check(Plan plan, Problems problems) {
    var ofCourse = new Problems();
    var course = new FutureTask<>(() -> CourseChecks.check(Frame.of(plan), ofCourse), ofCourse);
    Thread.ofPlatform().daemon().name("course").start(course);
    PlanChecker.check(Frame.of(plan), problems);
    try {
      course.get().sorted().forEach(problems::add);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the check was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a check failed", e.getCause());
    }
  }
}
