package runbook.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import runbook.plan.Step;
import runbook.type.Conversion;

/**
 * The values that expressions see: always the journalled form of an output, also in the first run.
 */
final class Names {
  private final Map<String, Object> parameters;
  private final Map<String, Object> run;
  private final Map<String, Object> steps = new ConcurrentHashMap<>();

  Names(Map<String, Object> parameters, String runId, String started) {
    this(parameters, Map.of("id", runId, "started", started));
  }

  private Names(Map<String, Object> parameters, Map<String, Object> run) {
    this.parameters = Collections.unmodifiableMap(parameters);
    this.run = run;
  }

  /** Binds what a step gave, from its written form. */
  void bind(Step.Act step, Object written) {
    step.controls().id().ifPresent(id -> steps.put(id, typed(step, written)));
  }

  private static Object typed(Step.Act step, Object written) {
    var type = step.call().type().outputs();
    if (written instanceof List<?> items)
      return items.stream().map(i -> Conversion.convert(type, i)).toList();
    return Conversion.convert(type, written);
  }

  /** Binds what the plan of a step gave, as its own expressions have it. */
  void bind(Step.Use step, Map<String, Object> outputs) {
    step.controls().id().ifPresent(id -> steps.put(id, outputs));
  }

  /** Of a used plan: it sees its own parameters and steps, and the same run. */
  Names within(Map<String, Object> parameters) {
    return new Names(parameters, run);
  }

  Map<String, Object> of(Optional<Object> item) {
    var names = new LinkedHashMap<String, Object>();
    names.put("parameters", parameters);
    names.put("steps", Collections.unmodifiableMap(steps));
    names.put("run", run);
    item.ifPresent(i -> names.put("item", i));
    return names;
  }
}
