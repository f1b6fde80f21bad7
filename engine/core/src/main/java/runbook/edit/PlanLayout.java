package runbook.edit;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.action.ActionType;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.yaml.Layout;

/** The canonical layout of plans. */
public final class PlanLayout implements Layout.Rules {
  private static final List<String> PLAN =
      List.of("plan", "title", "parameters", "connections", "places", "steps", "outputs");
  private static final List<String> BEFORE = List.of("id", "title", "when", "forEach");
  private static final List<String> AFTER =
      List.of("with", "timeout", "retry", "guard", "undo", "keep");
  private static final List<String> CHECKPOINT =
      List.of("checkpoint", "title", "when", "require", "ask", "commit");
  private static final List<String> REQUIREMENT = List.of("that", "else");

  private PlanLayout() {}

  /** The plan in its layout; empty, with problems, when the text is no YAML. */
  public static Optional<String> format(Source source, Problems problems) {
    return Layout.format(source, new PlanLayout(), problems);
  }

  @Override
  public List<String> order(List<String> path, List<String> keys) {
    if (path.isEmpty()) return PLAN;
    if (isSteps(path.subList(0, path.size() - 1)) && path.getLast().equals("-")) return step(keys);
    boolean requirement = path.size() > 2 && path.get(path.size() - 2).equals("require");
    return requirement && isSteps(path.subList(0, path.size() - 3)) ? REQUIREMENT : List.of();
  }

  /**
   * Where a step does not say one thing, the order of what it says may be what is wrong with it.
   */
  private static List<String> step(List<String> keys) {
    if (keys.contains("checkpoint")) return CHECKPOINT;
    var kinds = keys.stream().filter(PlanLayout::isKind).toList();
    if (kinds.size() != 1) return List.of();
    return Stream.of(BEFORE, kinds, AFTER).flatMap(List::stream).toList();
  }

  private static boolean isKind(String key) {
    return ActionType.named(key).isPresent() || key.equals("parallel") || key.equals("use");
  }

  /** The steps of the plan, or of a branch. */
  private static boolean isSteps(List<String> path) {
    if (path.isEmpty() || !path.getFirst().equals("steps")) return false;
    for (int i = 1; i < path.size(); i += 3) {
      if (path.size() < i + 3 || !path.get(i).equals("-") || !path.get(i + 1).equals("parallel"))
        return false;
    }
    return true;
  }

  /** Sections, and steps of the plan that are no table of one line each. */
  @Override
  public boolean isParted(List<String> path, Layout.Neighbour before, Layout.Neighbour after) {
    if (path.isEmpty()) return before.collection() || after.collection();
    return path.equals(List.of("steps")) && (before.lines() > 1 || after.lines() > 1);
  }
}
