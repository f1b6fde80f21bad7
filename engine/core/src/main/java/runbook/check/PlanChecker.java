package runbook.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import runbook.action.Effect;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.expr.ValueChecker;
import runbook.plan.Plan;
import runbook.plan.Step;
import runbook.type.Durations;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** Holds a plan against itself: names, types, order, guards. */
final class PlanChecker {
  private final Plan plan;
  private final Frame frame;
  private final Problems problems;
  private final Names names;
  private final ArgumentChecker arguments;

  /** Checkpoints behind us; a branch has its own on top. */
  private final Deque<Set<String>> passed = new ArrayDeque<>(List.of(new HashSet<>()));

  private final Map<String, Step.Checkpoint> checkpoints = new HashMap<>();

  private final Map<Plan, Type> checked;
  private final ScriptChecker scripts;

  private PlanChecker(
      Frame frame, Map<Plan, Type> checked, ScriptChecker scripts, Problems problems) {
    this.plan = frame.plan();
    this.frame = frame;
    this.scripts = scripts;
    this.problems = problems;
    this.checked = checked;
    this.names = new Names(plan, u -> u.plan().map(this::gives).orElse(Simple.ANY));
    this.arguments = new ArgumentChecker(frame, problems);
  }

  /** Adds whatever is wrong with a plan and those that it uses. */
  static void check(Frame frame, Problems problems) {
    var scripts = new ScriptChecker(problems);
    new PlanChecker(frame, new HashMap<>(), scripts, problems).check();
    scripts.files();
  }

  /** What another plan gives to the one that uses it; it is checked on the way, once. */
  private Type gives(Plan other) {
    var known = checked.get(other);
    if (known != null) return known;
    var gives = new PlanChecker(Frame.of(other), checked, scripts, problems).check();
    checked.put(other, gives);
    return gives;
  }

  /** The type of its outputs. */
  private Type check() {
    unique();
    new DeclarationChecker(frame, problems).check(names.withoutSteps());
    sequence(plan.steps());
    var gives = outputs();
    names
        .unusedParameters()
        .forEach(p ->
            problems.warning(
                Code.UNUSED_PARAMETER, p.span(), "Nothing uses the parameter `" + p.name() + "`."));
    return gives;
  }

  private Type outputs() {
    var fields = new LinkedHashMap<String, Type.Field>();
    plan.outputs()
        .forEach((name, value) -> {
          var type = checker().typeOf(value);
          if (type.holdsSecret())
            problems.error(
                Code.SECRET_EXPOSED,
                value.span(),
                "A secret cannot be an output, since the journal shows outputs.",
                "Give the secret to each plan that needs it.");
          fields.put(name, new Type.Field(type, false, ""));
        });
    return new Type.Struct(plan.name(), true, fields);
  }

  /** One name, one step. */
  private void unique() {
    var first = new HashMap<String, Span>();
    names
        .all()
        .forEach(step -> {
          var named =
              step instanceof Step.Checkpoint c ? Optional.of(c.name()) : step.controls().id();
          named
              .filter(n -> !n.isEmpty())
              .ifPresent(name -> {
                var earlier = first.putIfAbsent(name, step.controls().span());
                if (earlier != null) {
                  problems.error(
                      Code.DUPLICATE_STEP,
                      step.controls().span(),
                      "There is a step or checkpoint `" + name + "` already.",
                      "It is in line " + earlier.line() + ".");
                }
              });
          if (step instanceof Step.Checkpoint c) checkpoints.put(c.name(), c);
        });
  }

  private void sequence(List<Step> steps) {
    for (var step : steps) {
      // asked once, before any item
      step.controls().when().ifPresent(v -> checker().check(v, Simple.BOOLEAN));
      names.enterWhen(step.controls().when());
      switch (step) {
        case Step.Act a -> act(a);
        case Step.Checkpoint c -> checkpoint(c);
        case Step.Parallel p -> parallel(p);
        case Step.Use u -> use(u);
      }
      names.leaveWhen(step);
      names.finish(step);
    }
  }

  private void parallel(Step.Parallel p) {
    common(p.controls(), checker());
    var union = new HashSet<String>();
    for (var name : p.branches().keySet()) {
      var others = new LinkedHashMap<>(p.branches());
      others.remove(name);
      names.enter(others);
      passed.push(new HashSet<>());
      sequence(p.branches().get(name));
      union.addAll(passed.pop());
      names.leave(others);
    }
    passed.peek().addAll(union);
  }

  private void checkpoint(Step.Checkpoint c) {
    common(c.controls(), checker());
    for (var requirement : c.require()) {
      checker().check(requirement.that(), Simple.BOOLEAN);
      requirement.otherwise().ifPresent(v -> checker().check(v, Simple.STRING));
      names.holds(requirement.that());
    }
    c.ask().ifPresent(v -> checker().check(v, Simple.STRING));
    // one that may be skipped guards nothing
    if (c.controls().when().isEmpty()) passed.peek().add(c.name());
  }

  /** What a used plan is given: each of its parameters that has no default, and no other. */
  private void use(Step.Use u) {
    var checker = checker();
    common(u.controls(), checker);
    if (u.plan().isEmpty()) return;
    var parameters = u.plan().get().parameters();
    u.arguments()
        .values()
        .forEach((name, value) -> {
          var parameter = parameters.get(name);
          if (parameter != null) checker.check(value, parameter.type());
          else
            problems.error(
                Code.UNKNOWN_PARAMETER,
                u.arguments().keys().get(name),
                "The plan `" + u.file() + "` has no parameter `" + name + "`.",
                Spelling.hint(name, parameters.keySet()));
        });
    for (var p : parameters.values()) {
      if (p.preset().isPresent() || u.arguments().values().containsKey(p.name())) continue;
      problems.error(
          Code.MISSING_PARAMETER,
          u.span(),
          "The plan `" + u.file() + "` needs `" + p.name() + "`.",
          Optional.of(p.doc().isEmpty() ? "Give it in `with`." : p.doc()));
    }
  }

  private void act(Step.Act a) {
    var controls = a.controls();
    var checker = checker();
    controls
        .forEach()
        .ifPresent(v -> {
          var type = checker.typeOf(v);
          if (type.holdsSecret())
            problems.error(
                Code.SECRET_EXPOSED,
                v.span(),
                "`forEach` does not go through secrets, since the journal shows how often it does.",
                "Write a step for each of them.");
          if (type instanceof Type.ListOf(var element)) {
            names.item(Optional.of(element));
          } else {
            if (type != Simple.ANY)
              problems.error(
                  Code.WRONG_TYPE,
                  v.span(),
                  "`forEach` goes through a list; this is " + type.title() + ".");
            names.item(Optional.of(Simple.ANY));
          }
        });
    var inner = checker();
    controls.title().ifPresent(v -> inner.check(v, Simple.STRING));
    arguments.check(a.call(), inner);
    scripts.check(a.call(), plan, inner);
    names.item(Optional.empty());
    if (controls.undo().orElse(null) instanceof Step.Undo.By(var undo)) {
      names.enter();
      names.finish(a);
      arguments.check(undo, checker());
      names.leave();
    }
    guard(a);
    waiting(a);
  }

  /** A time limit is that of all attempts together. */
  private void waiting(Step.Act a) {
    if (a.controls().timeout().isEmpty() || a.controls().retry().isEmpty()) return;
    var limit = a.controls().timeout().get();
    var retry = a.controls().retry().get();
    var pauses = retry.delay().multipliedBy(retry.attempts() - 1);
    if (pauses.compareTo(limit) < 0) return;
    problems.error(
        Code.TIMEOUT_TOO_SHORT,
        retry.span(),
        "The pauses between "
            + retry.attempts()
            + " attempts take "
            + Durations.format(pauses)
            + ", and the step has "
            + Durations.format(limit)
            + ".",
        "`timeout` is for all attempts together.");
  }

  private void common(Step.Controls controls, ValueChecker checker) {
    controls.title().ifPresent(v -> checker.check(v, Simple.STRING));
  }

  private ValueChecker checker() {
    return new ValueChecker(names, problems);
  }

  private void guard(Step.Act a) {
    var guard = a.controls().guard();
    if (a.call().type().effect() == Effect.DESTROY && guard.isEmpty()) {
      problems.error(
          Code.UNGUARDED,
          a.call().span(),
          "`" + a.call().type().name() + "` destroys something and needs a `guard`.",
          "Name a checkpoint before it that has a `require`.");
      return;
    }
    guard.ifPresent(g -> {
      var name = g.checkpoint();
      var checkpoint = checkpoints.get(name);
      if (checkpoint == null) {
        problems.error(
            Code.UNKNOWN_GUARD,
            g.span(),
            "There is no checkpoint `" + name + "`.",
            Spelling.hint(name, checkpoints.keySet()));
      } else if (passed.stream().noneMatch(s -> s.contains(name))) {
        problems.error(
            Code.GUARD_NOT_PASSED,
            g.span(),
            "The checkpoint `" + name + "` is not passed on every way to this step.",
            "It has to come before, without a `when`, and not in another parallel branch.");
      } else if (checkpoint.require().isEmpty()) {
        problems.error(
            Code.GUARD_EMPTY,
            checkpoint.controls().span(),
            "The checkpoint `" + name + "` guards a step and requires nothing.",
            "Give it a `require`.");
      }
    });
  }
}
