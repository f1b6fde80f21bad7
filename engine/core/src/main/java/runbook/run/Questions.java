package runbook.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.action.Action;
import runbook.action.Place;
import runbook.expr.EvaluationException;
import runbook.expr.Value;
import runbook.plan.Plan;
import runbook.plan.Step;
import runbook.type.Conversion;
import runbook.type.Type;

/**
 * The steps of a plan as far as they are known before it runs.
 *
 * @param later steps of which too little is known
 */
record Questions(List<Question> askable, List<String> later) {
  /**
   * @param step its key; of one that is repeated, with the item's number
   */
  record Question(String step, Action<?> action, Map<String, Place> places, Path planFolder) {}

  static Questions of(Plan plan, Map<String, Object> parameters, String namespace) {
    var found = new Questions(new ArrayList<>(), new ArrayList<>());
    new Walk(found, plan, new Names(parameters, "preflight", ""), "", namespace)
        .sequence(plan.steps(), Places.of(plan, parameters, namespace));
    return found;
  }

  private record Walk(Questions found, Plan plan, Names names, String prefix, String namespace) {

    void sequence(List<Step> steps, Map<String, Place> places) {
      for (var step : steps) {
        if (!mayRun(step)) continue;
        switch (step) {
          case Step.Act a -> act(a, places);
          case Step.Use u -> use(u);
          case Step.Parallel p -> p.branches().values().forEach(b -> sequence(b, places));
          case Step.Checkpoint _ -> {
            // it asks a person
          }
        }
      }
    }

    /** Whether it is not known that it will be passed over. */
    private boolean mayRun(Step step) {
      var when = step.controls().when().flatMap(w -> value(w, Optional.empty()));
      return !when.equals(Optional.of(false));
    }

    private Optional<Object> value(Value value, Optional<Object> item) {
      try {
        return Optional.of(value.evaluate(names.of(item)));
      } catch (EvaluationException known_later) {
        return Optional.empty();
      }
    }

    private void act(Step.Act step, Map<String, Place> places) {
      var key = prefix + step.controls().key();
      var each = step.controls().forEach();
      if (each.isEmpty()) {
        ask(step, key, Optional.empty(), places);
        return;
      }
      var items = value(each.get(), Optional.empty());
      if (items.isEmpty()) found.later.add(key);
      else {
        var list = (List<?>) items.get();
        for (int i = 0; i < list.size(); i++)
          ask(step, key + "[" + i + "]", Optional.of(list.get(i)), places);
      }
    }

    private void ask(Step.Act step, String key, Optional<Object> item, Map<String, Place> places) {
      var type = step.call().type();
      var arguments = new LinkedHashMap<String, Object>();
      try {
        var unknown = new ArrayList<String>();
        for (var argument : step.call().arguments().entrySet()) {
          var name = argument.getKey();
          var of = type.parameters().get(name).type();
          value(argument.getValue(), item)
              .ifPresentOrElse(
                  v -> arguments.put(name, Conversion.convert(of, v)), () -> unknown.add(name));
        }
        for (var name : unknown) {
          var of = type.parameters().get(name).type();
          // what puts back what another step of its kind found is another question without it
          if (of.equals(type.outputs())) throw new IllegalArgumentException();
          if (of instanceof Type.Struct s && s.output())
            arguments.put(name, Conversion.convert(of, some(s, arguments)));
        }
        var action = type.construct(arguments);
        found.askable.add(new Question(key, action, places, plan.folder()));
      } catch (IllegalArgumentException tooLittleIsKnown) {
        found.later.add(key);
      }
    }

    /**
     * What stands for another step's outputs, which no preflight looks at. What it has in common
     * with this step is the same: a proof is about the thing that is to be proved.
     */
    private static Map<String, Object> some(Type.Struct outputs, Map<String, Object> arguments) {
      var fields = new LinkedHashMap<String, Object>();
      outputs
          .fields()
          .forEach((name, field) -> {
            if (arguments.containsKey(name))
              fields.put(name, Conversion.written(arguments.get(name)));
            else if (!field.optional()) fields.put(name, some(field.type()));
          });
      return fields;
    }

    private static Object some(Type type) {
      return switch (type) {
        case Type.Struct struct -> some(struct, Map.of());
        case Type.ListOf _ -> List.of();
        case Type.MapOf _ -> Map.of();
        case Type.Choice(var words) -> words.iterator().next();
        case Type.Simple simple ->
            switch (simple) {
              case INTEGER, NUMBER -> 0L;
              case BOOLEAN -> false;
              case DURATION -> "0s";
              case QUANTITY -> "0";
              default -> "later";
            };
      };
    }

    private void use(Step.Use u) {
      var key = prefix + u.controls().key();
      var given = value(u.arguments(), Optional.empty());
      if (given.isEmpty() || u.plan().isEmpty()) {
        found.later.add(key);
        return;
      }
      var used = u.plan().get();
      Map<String, Object> parameters;
      try {
        parameters =
            UsedPlan.parameters(
                used,
                (Map<?, ?>) given.get(),
                message -> new StepFailed(key, runbook.world.Failure.refused(message, "")));
      } catch (StepFailed e) {
        found.later.add(key);
        return;
      }
      new Walk(found, used, names.within(parameters), key + ".", namespace)
          .sequence(used.steps(), Places.of(used, parameters, namespace));
    }
  }
}
