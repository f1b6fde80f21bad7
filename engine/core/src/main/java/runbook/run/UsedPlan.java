package runbook.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import runbook.plan.Plan;
import runbook.type.Conversion;

/** What a used plan is given, and how the journal has it. */
final class UsedPlan {
  private UsedPlan() {}

  /**
   * Its parameters: what the step gives, else their defaults. The environment gives none of them,
   * since only the parameters of the whole run are journalled.
   *
   * @param refused makes the failure for a value that the parameter does not take
   */
  static Map<String, Object> parameters(
      Plan plan, Map<?, ?> given, Function<String, StepFailed> refused) {
    var parameters = new LinkedHashMap<String, Object>();
    for (var p : plan.parameters().values()) {
      var value = given.get(p.name());
      if (value == null) {
        p.preset().ifPresent(v -> parameters.put(p.name(), v));
        continue;
      }
      try {
        var typed = Conversion.convert(p.type(), value);
        if (!p.oneOf().isEmpty() && !p.oneOf().contains(typed))
          throw new IllegalArgumentException(
              "`" + Conversion.written(typed) + "` is none of its values.");
        parameters.put(p.name(), typed);
      } catch (IllegalArgumentException e) {
        throw refused.apply("The parameter `" + p.name() + "`: " + e.getMessage());
      }
    }
    return parameters;
  }

  @SuppressWarnings("unchecked")
  static Event.Started started(
      Instant at, String key, Optional<String> title, String file, Map<String, Object> parameters) {
    return new Event.Started(
        at, key, title, "use " + file, 1, (Map<String, Object>) Conversion.written(parameters));
  }
}
