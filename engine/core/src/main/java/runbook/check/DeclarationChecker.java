package runbook.check;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import runbook.action.Require;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.expr.Scope;
import runbook.expr.Value;
import runbook.expr.ValueChecker;
import runbook.plan.Plan;
import runbook.type.Type;

/** Holds connections and places against what they may be, and names against Kubernetes' rules. */
final class DeclarationChecker {
  /** What breaks a rule is an {@link IllegalArgumentException} of one sentence. */
  private static final Map<String, Consumer<String>> RULES =
      Map.of(
          "deployment", v -> Require.name("deployment", v),
          "statefulset", v -> Require.name("stateful set", v),
          "job", v -> Require.name("job", v),
          "pod", v -> Require.name("pod", v),
          "container", v -> Require.name("container", v),
          "namespace", Require::namespace,
          "url", Require::address);

  private final Plan plan;
  private final Frame frame;
  private final Problems problems;

  DeclarationChecker(Frame frame, Problems problems) {
    this.plan = frame.plan();
    this.frame = frame;
    this.problems = problems;
  }

  /**
   * @param early what is there before any step
   */
  void check(Scope early) {
    var checker = new ValueChecker(early, problems);
    plan.connections()
        .settings()
        .forEach(
            (system, settings) -> settings(settings, Plan.Connections.KNOWN.get(system), checker));
    plan.places()
        .values()
        .forEach(place -> settings(place.settings(), Plan.PlaceDeclaration.KNOWN, checker));
  }

  private void settings(
      Map<String, Value> settings, Map<String, Type> known, ValueChecker checker) {
    settings.forEach((key, value) ->
        Optional.ofNullable(known.get(key))
            .ifPresent(type -> {
              int before = problems.count();
              checker.check(value, type);
              if (problems.count() == before) rule(key, value);
            }));
  }

  private void rule(String key, Value value) {
    var rule = RULES.get(key);
    if (rule == null || !(frame.symbol(value).value().orElse(null) instanceof String text)) return;
    try {
      rule.accept(text);
    } catch (IllegalArgumentException e) {
      var preset = frame.parameter(value).flatMap(Plan.Parameter::written);
      problems.error(
          Code.INVALID_ARGUMENT,
          preset.orElse(value).span(),
          e.getMessage(),
          preset.map(_ -> "`" + key + "` in line " + value.span().line() + " takes it."));
    }
  }
}
