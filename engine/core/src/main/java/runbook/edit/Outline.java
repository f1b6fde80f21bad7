package runbook.edit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import runbook.action.ActionType;
import runbook.plan.Plan;
import runbook.type.Type;
import runbook.yaml.Yaml;

/**
 * What a plan declares, as far as its text says it; each name where it stands.
 *
 * @param steps in the plan's order, those of branches behind their `parallel`
 */
record Outline(
    Map<String, Parameter> parameters,
    Map<String, Yaml.Scalar> places,
    Map<String, Yaml.Scalar> outputs,
    List<StepNode> steps) {

  record Parameter(Yaml.Scalar name, Type type, String doc, Optional<String> preset) {}

  /**
   * A step.
   *
   * @param kind the entry that says what it is
   * @param before ids of steps that have ended when this one begins
   * @param passed checkpoints that come before
   * @param branches its branches, if it has some
   */
  record StepNode(
      Yaml.Mapping node,
      Optional<Yaml.Entry> kind,
      Set<String> before,
      Set<String> passed,
      Map<Yaml.Scalar, List<StepNode>> branches) {
    Optional<Yaml.Scalar> scalar(String key) {
      return node.get(key)
          .filter(Yaml.Scalar.class::isInstance)
          .map(Yaml.Scalar.class::cast)
          .filter(s -> !s.text().isEmpty());
    }

    Optional<Yaml.Scalar> id() {
      return scalar("id");
    }

    Optional<Yaml.Scalar> checkpoint() {
      return scalar("checkpoint");
    }

    Optional<ActionType> action() {
      return kind.flatMap(k -> ActionType.named(k.key().text()));
    }
  }

  static boolean isKind(String key) {
    return ActionType.named(key).isPresent()
        || key.equals("checkpoint")
        || key.equals("parallel")
        || key.equals("use");
  }

  static Outline of(Yaml root) {
    var steps = new ArrayList<StepNode>();
    var reader = new Steps(steps);
    get(root, "steps").ifPresent(s -> reader.sequence(s, new HashSet<>(), new LinkedHashSet<>()));
    return new Outline(
        named(root, "parameters", Outline::parameter),
        named(root, "places", Yaml.Entry::key),
        named(root, "outputs", Yaml.Entry::key),
        List.copyOf(steps));
  }

  private static Optional<Yaml> get(Yaml node, String key) {
    return node instanceof Yaml.Mapping m ? m.get(key) : Optional.empty();
  }

  private static <T> Map<String, T> named(Yaml root, String section, Function<Yaml.Entry, T> of) {
    var all = new LinkedHashMap<String, T>();
    if (get(root, section).orElse(null) instanceof Yaml.Mapping m)
      for (var e : m.entries()) all.putIfAbsent(e.key().text(), of.apply(e));
    return all;
  }

  private static Parameter parameter(Yaml.Entry entry) {
    var type = Plan.Parameter.TYPES.get(text(entry.value(), "type").orElse(""));
    return new Parameter(
        entry.key(),
        type == null ? Type.Simple.ANY : type,
        text(entry.value(), "doc").orElse(""),
        get(entry.value(), "default").map(Outline::written));
  }

  private static Optional<String> text(Yaml node, String key) {
    return get(node, key).filter(Yaml.Scalar.class::isInstance).map(s -> ((Yaml.Scalar) s).text());
  }

  private static String written(Yaml node) {
    return node instanceof Yaml.Scalar s ? s.text() : node.span().text().strip();
  }

  Optional<StepNode> step(String id) {
    return steps.stream()
        .filter(s -> s.id().filter(i -> i.text().equals(id)).isPresent())
        .findFirst();
  }

  Optional<StepNode> checkpoint(String name) {
    return steps.stream()
        .filter(s -> s.checkpoint().filter(c -> c.text().equals(name)).isPresent())
        .findFirst();
  }

  /** The innermost step around a spot. */
  Optional<StepNode> around(Spot spot) {
    for (var link : spot.links().reversed()) {
      var found = steps.stream().filter(s -> s.node() == link.container()).findFirst();
      if (found.isPresent()) return found;
    }
    return Optional.empty();
  }

  /** Walks the steps in the order of a run. */
  private record Steps(List<StepNode> all) {
    List<StepNode> sequence(Yaml node, Set<String> before, Set<String> passed) {
      var found = new ArrayList<StepNode>();
      if (!(node instanceof Yaml.Sequence s)) return found;
      for (var item : s.items()) {
        if (item instanceof Yaml.Mapping m) found.add(step(m, before, passed));
      }
      return found;
    }

    private StepNode step(Yaml.Mapping node, Set<String> before, Set<String> passed) {
      var kind = node.entries().stream().filter(e -> isKind(e.key().text())).findFirst();
      var branches = new LinkedHashMap<Yaml.Scalar, List<StepNode>>();
      var step =
          new StepNode(node, kind, Set.copyOf(before), new LinkedHashSet<>(passed), branches);
      all.add(step);
      var ended = new HashSet<String>();
      var reached = new LinkedHashSet<String>();
      if (node.get("parallel").orElse(null) instanceof Yaml.Mapping m) {
        for (var branch : m.entries()) {
          var inner = new HashSet<>(before);
          var marks = new LinkedHashSet<>(passed);
          branches.put(branch.key(), sequence(branch.value(), inner, marks));
          ended.addAll(inner);
          reached.addAll(marks);
        }
      }
      before.addAll(ended);
      passed.addAll(reached);
      step.id().ifPresent(i -> before.add(i.text()));
      step.checkpoint().ifPresent(c -> passed.add(c.text()));
      return step;
    }
  }
}
