package runbook.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.expr.Scope;
import runbook.expr.Value;
import runbook.plan.Plan;
import runbook.plan.Step;
import runbook.type.Type;

/**
 * The names that expressions see, and which of them are there yet, as the checker walks the plan.
 */
final class Names implements Scope {

  private final Plan plan;
  private final Map<String, Type> outputs = new LinkedHashMap<>();
  private final List<Step> all = new ArrayList<>();
  private final Deque<Set<String>> finished = new ArrayDeque<>();
  private final Map<String, String> beside = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();
  private Optional<Type> item = Optional.empty();
  private final Presence presence = new Presence();

  private final Function<Step.Use, Type> ofUsed;

  /**
   * @param ofUsed what a step that uses another plan gives
   */
  Names(Plan plan, Function<Step.Use, Type> ofUsed) {
    this.plan = plan;
    this.ofUsed = ofUsed;
    finished.push(new HashSet<>());
    presence.declare(plan.steps());
    collect(plan.steps());
  }

  private void collect(List<Step> sequence) {
    for (var step : sequence) {
      all.add(step);
      if (step instanceof Step.Parallel p) p.branches().values().forEach(this::collect);
      if (step instanceof Step.Act a)
        a.controls().id().ifPresent(id -> outputs.putIfAbsent(id, typeOf(a)));
      if (step instanceof Step.Use u)
        u.controls().id().ifPresent(id -> outputs.putIfAbsent(id, ofUsed.apply(u)));
    }
  }

  private static Type typeOf(Step.Act a) {
    return a.controls().forEach().isPresent()
        ? new Type.ListOf(a.call().type().outputs())
        : a.call().type().outputs();
  }

  List<Step> all() {
    return all;
  }

  /** What connections and places may use. */
  Scope withoutSteps() {
    var all = this;
    return new Scope() {
      @Override
      public Set<String> roots() {
        return Set.of("parameters", "run");
      }

      @Override
      public Collection<String> members(String root) {
        return all.members(root);
      }

      @Override
      public Optional<Type> type(String root, Optional<String> member, Span at, Problems problems) {
        return all.type(root, member, at, problems);
      }
    };
  }

  void finish(Step step) {
    step.controls().id().ifPresent(finished.peek()::add);
    if (step instanceof Step.Parallel p)
      p.branches().values().forEach(b -> b.forEach(this::finish));
  }

  /** Goes into a branch; what the others do is not there before all have ended. */
  void enter(Map<String, List<Step>> others) {
    enter();
    others.forEach((branch, steps) ->
        Step.flat(steps).forEach(s -> s.controls().id().ifPresent(id -> beside.put(id, branch))));
  }

  void leave(Map<String, List<Step>> others) {
    leave();
    others
        .values()
        .forEach(
            steps -> Step.flat(steps).forEach(s -> s.controls().id().ifPresent(beside::remove)));
  }

  /** Goes under the condition of a step. */
  void enterWhen(Optional<Value> when) {
    presence.enter(when);
  }

  void leaveWhen(Step step) {
    presence.leave(step);
  }

  /** A checkpoint requires it. */
  void holds(Value condition) {
    presence.holds(condition);
  }

  @Override
  public Optional<String> skippable(String step) {
    return presence.skippable(step);
  }

  @Override
  public Set<String> present() {
    return presence.present();
  }

  void enter() {
    finished.push(new HashSet<>());
    presence.enter(Optional.empty());
  }

  void leave() {
    finished.pop();
    presence.leave();
  }

  void item(Optional<Type> type) {
    item = type;
  }

  @Override
  public Set<String> roots() {
    var roots = new LinkedHashSet<>(List.of("parameters", "steps", "run"));
    if (item.isPresent()) roots.add("item");
    return roots;
  }

  @Override
  public Collection<String> members(String root) {
    return switch (root) {
      case "parameters" -> plan.parameters().keySet();
      case "steps" -> outputs.keySet();
      default -> List.of();
    };
  }

  @Override
  public Optional<Type> type(String root, Optional<String> member, Span at, Problems problems) {
    return switch (root) {
      case "item" -> item;
      case "run" -> Optional.of(Plan.RUN);
      case "parameters" -> parameter(member.orElseThrow(), at, problems);
      default -> step(member.orElseThrow(), at, problems);
    };
  }

  private Optional<Type> parameter(String name, Span at, Problems problems) {
    used.add(name);
    var parameter = plan.parameters().get(name);
    if (parameter == null) {
      problems.error(
          Code.UNKNOWN_PARAMETER,
          at,
          "There is no parameter `" + name + "`.",
          Spelling.hint(name, plan.parameters().keySet()));
      return Optional.empty();
    }
    return Optional.of(parameter.type());
  }

  private Optional<Type> step(String id, Span at, Problems problems) {
    var type = outputs.get(id);
    if (type == null) {
      problems.error(
          Code.UNKNOWN_STEP,
          at,
          "There is no step `" + id + "`.",
          Spelling.hint(id, outputs.keySet()));
    } else if (beside.containsKey(id)) {
      problems.error(
          Code.OTHER_BRANCH,
          at,
          "The step `" + id + "` runs at the same time, in the branch `" + beside.get(id) + "`.",
          "What it gives is there behind the branches.");
    } else if (finished.stream().noneMatch(f -> f.contains(id))) {
      problems.error(
          Code.TOO_EARLY,
          at,
          "The step `" + id + "` has not ended when this is needed.",
          "A step uses what steps before it give.");
    }
    return Optional.ofNullable(type);
  }

  Collection<Plan.Parameter> unusedParameters() {
    return plan.parameters().values().stream().filter(p -> !used.contains(p.name())).toList();
  }
}
