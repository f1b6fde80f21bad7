package runbook.edit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import runbook.action.ActionType;
import runbook.plan.Plan;
import runbook.type.Type;
import runbook.yaml.Yaml;

/**
 * What a plan declares, as far as its text says it; each name where it stands.
 *
 * @param top the steps of the plan itself
 * @param steps all of them in the plan's order, those of branches behind their `parallel`
 */
record Outline(
    Map<String, Parameter> parameters,
    Map<String, Yaml.Scalar> places,
    Map<String, Yaml.Scalar> outputs,
    List<StepNode> top,
    List<StepNode> steps) {

  record Parameter(Yaml.Scalar name, Type type, String doc, Optional<String> preset) {}

  /**
   * A step.
   *
   * @param kind the entry that says what it is
   * @param branches its branches, if it has some
   */
  record StepNode(
      Yaml.Mapping node, Optional<Yaml.Entry> kind, Map<Yaml.Scalar, List<StepNode>> branches) {
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
    var top = get(root, "steps").map(Outline::sequence).orElse(List.of());
    return new Outline(
        named(root, "parameters", Outline::parameter),
        named(root, "places", Yaml.Entry::key),
        named(root, "outputs", Yaml.Entry::key),
        top,
        flat(top).toList());
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

  /** The steps of a list, each with those of its branches. */
  private static List<StepNode> sequence(Yaml node) {
    var found = new ArrayList<StepNode>();
    if (!(node instanceof Yaml.Sequence s)) return found;
    for (var item : s.items()) {
      if (!(item instanceof Yaml.Mapping m)) continue;
      var kind = m.entries().stream().filter(e -> isKind(e.key().text())).findFirst();
      var branches = new LinkedHashMap<Yaml.Scalar, List<StepNode>>();
      if (m.get("parallel").orElse(null) instanceof Yaml.Mapping named)
        for (var branch : named.entries()) branches.put(branch.key(), sequence(branch.value()));
      found.add(new StepNode(m, kind, branches));
    }
    return found;
  }

  private static Stream<StepNode> flat(List<StepNode> steps) {
    return steps.stream()
        .flatMap(
            s -> Stream.concat(Stream.of(s), s.branches.values().stream().flatMap(Outline::flat)));
  }

  /** The steps that have ended when this one begins. */
  List<StepNode> before(StepNode step) {
    var ended = new ArrayList<StepNode>();
    upTo(step, top, ended);
    return ended;
  }

  /** Adds what comes before it; true if it is among these or in a branch of theirs. */
  private static boolean upTo(StepNode step, List<StepNode> sequence, List<StepNode> ended) {
    for (var next : sequence) {
      if (next == step) return true;
      int already = ended.size();
      for (var branch : next.branches.values()) {
        if (upTo(step, branch, ended)) return true;
        // what another branch does is no help
        ended.subList(already, ended.size()).clear();
      }
      flat(List.of(next)).forEach(ended::add);
    }
    return false;
  }
}
