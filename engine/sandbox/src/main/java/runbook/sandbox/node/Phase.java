package runbook.sandbox.node;

import java.util.List;
import java.util.function.Predicate;

/** Where a pod is in its life. */
final class Phase {
  private Phase() {}

  /**
   * The phase that the containers make.
   *
   * @param restarts whether a container that has ended is started again
   */
  static String of(List<Run> init, List<Run> main, Predicate<Run> restarts) {
    if (init.stream().anyMatch(r -> r.failed() && !restarts.test(r))) {
      return "Failed";
    }
    boolean over =
        main.stream()
            .allMatch(r -> r.terminated.isPresent() && r.current.isEmpty() && !restarts.test(r));
    if (over) {
      boolean quiet = init.stream().allMatch(r -> r.current.isEmpty());
      boolean good = main.stream().allMatch(Run::succeeded);
      return !quiet ? "Running" : good ? "Succeeded" : "Failed";
    }
    return main.stream().anyMatch(r -> r.starts > 0) ? "Running" : "Pending";
  }
}
