package runbook.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import runbook.expr.EvaluationException;
import runbook.expr.Template.Piece;
import runbook.expr.Value;
import runbook.plan.Plan;
import runbook.plan.Step;

/**
 * A plan where it is used: what its parameters stand for there, and which steps its expressions
 * mean.
 */
final class Frame {
  private static final Pattern PARAMETER = Pattern.compile("\\bparameters\\.([A-Za-z0-9]+)");
  private static final Pattern STEP =
      Pattern.compile("\\s*steps\\.([A-Za-z0-9]+)(?:\\.([A-Za-z0-9]+))?\\s*");

  private final Plan plan;
  private final String prefix;
  private final Map<String, Symbol> given;
  private final Map<String, Object> known = new HashMap<>();
  private final Map<String, Frame> used = new HashMap<>();
  private final Map<Value, Symbol> symbols = new IdentityHashMap<>();
  private final Map<String, Visit> acts = new HashMap<>();

  private final Frame top;

  private Frame(Plan plan, String prefix, Map<String, Symbol> given, Optional<Frame> top) {
    this.plan = plan;
    this.top = top.orElse(this);
    this.prefix = prefix;
    this.given = given;
    for (var p : plan.parameters().values()) {
      var symbol = given.get(p.name());
      (symbol == null ? p.preset() : symbol.value()).ifPresent(v -> known.put(p.name(), v));
    }
  }

  static Frame of(Plan plan) {
    return new Frame(plan, "", Map.of(), Optional.empty());
  }

  /** Of the plan that a step of this one uses. */
  Frame within(Step.Use step, Plan other) {
    var arguments = new LinkedHashMap<String, Symbol>();
    step.arguments().values().forEach((name, value) -> arguments.put(name, symbol(value)));
    // what is not given is the default, and nothing can make it another
    for (var p : other.parameters().values()) {
      p.preset()
          .ifPresent(v ->
              arguments.putIfAbsent(p.name(), new Symbol("'" + v + "'", Optional.of(v), true)));
    }
    var frame = new Frame(other, prefix + step.controls().key() + ".", arguments, Optional.of(top));
    step.controls().id().ifPresent(id -> used.put(id, frame));
    return frame;
  }

  Plan plan() {
    return plan;
  }

  /** The namespace that things are in unless a step says otherwise. */
  Symbol namespace() {
    return top.plan
        .connections()
        .setting("kubernetes", "namespace")
        .map(top::symbol)
        .orElse(new Symbol("the usual namespace", Optional.empty(), true));
  }

  void add(Visit visit) {
    visit.act().controls().id().ifPresent(id -> acts.put(id, visit));
  }

  /** The step whose whole result an expression is; empty where it is anything else. */
  Optional<Visit> step(Value value) {
    return expression(value)
        .map(STEP::matcher)
        .filter(Matcher::matches)
        .flatMap(m -> {
          if (m.group(2) == null) return Optional.ofNullable(acts.get(m.group(1)));
          return Optional.ofNullable(used.get(m.group(1)))
              .flatMap(f -> Optional.ofNullable(f.plan.outputs().get(m.group(2))).flatMap(f::step));
        });
  }

  private static Optional<String> expression(Value value) {
    return value instanceof Value.Text(var t)
            && t.pieces().size() == 1
            && t.pieces().getFirst() instanceof Piece.Hole(var e)
        ? Optional.of(e.text())
        : Optional.empty();
  }

  /** The name of the parameter that an expression is, if it is one and no more. */
  private static Optional<String> name(String expression) {
    var m = PARAMETER.matcher(expression.strip());
    return m.matches() ? Optional.of(m.group(1)) : Optional.empty();
  }

  private Optional<Plan.Parameter> ofFirstPlan(String name) {
    return given.containsKey(name)
        ? Optional.empty()
        : Optional.ofNullable(plan.parameters().get(name));
  }

  /** The parameter of the first plan that a value is, whole. */
  Optional<Plan.Parameter> parameter(Value value) {
    return expression(value).flatMap(Frame::name).flatMap(this::ofFirstPlan);
  }

  /** The one parameter of the first plan that a text has in it, if there is but one expression. */
  Optional<Plan.Parameter> only(Value value) {
    if (!(value instanceof Value.Text(var t))) return Optional.empty();
    var holes = t.pieces().stream().filter(Piece.Hole.class::isInstance).toList();
    if (holes.size() != 1 || !(holes.getFirst() instanceof Piece.Hole(var e)))
      return Optional.empty();
    return name(e.text()).flatMap(this::ofFirstPlan);
  }

  /** What a text would be if a parameter had that value. */
  Optional<Object> with(Plan.Parameter parameter, Object value, Value text) {
    var names = new HashMap<>(known);
    names.put(parameter.name(), value);
    return evaluated(text, names);
  }

  /** What a value is, as far as it is known. */
  Symbol symbol(Value value) {
    var found = symbols.get(value);
    if (found == null) symbols.put(value, found = find(value));
    return found;
  }

  private Symbol find(Value value) {
    return switch (value) {
      case Value.Literal(var plain, var _, var _) ->
          new Symbol("'" + plain.orElse("") + "'", plain, true);
      case Value.Text text -> text(text);
      case Value.Items _, Value.Fields _ ->
          new Symbol(value.span().toString(), evaluated(value), value.isConstant());
    };
  }

  private Symbol text(Value.Text value) {
    var whole = expression(value).flatMap(Frame::name).map(given::get);
    if (whole.isPresent()) return whole.get();
    var template = value.template();
    return new Symbol(
        template.written(this::substituted),
        evaluated(value),
        template.pieces().stream().allMatch(this::isFixed));
  }

  private boolean isFixed(Piece piece) {
    return switch (piece) {
      case Piece.Text _ -> true;
      case Piece.Hole(var e) -> name(e.text()).map(given::get).filter(Symbol::fixed).isPresent();
    };
  }

  /** The expression in terms of the first plan. */
  private String substituted(String expression) {
    var stripped = expression.strip();
    if (!given.isEmpty())
      stripped =
          PARAMETER
              .matcher(stripped)
              .replaceAll(m ->
                  Matcher.quoteReplacement(
                      Optional.ofNullable(given.get(m.group(1)))
                          .map(s -> "(" + s.text() + ")")
                          .orElse(m.group())));
    return prefix.isEmpty() ? stripped : stripped.replace("steps.", "steps." + prefix);
  }

  private Optional<Object> evaluated(Value value) {
    return evaluated(value, known);
  }

  private static Optional<Object> evaluated(Value value, Map<String, Object> parameters) {
    // by far the most are a parameter and no more; that costs no engine
    var alone = expression(value).flatMap(Frame::name);
    if (alone.isPresent()) return alone.map(parameters::get);
    try {
      return Optional.of(value.evaluate(Map.of("parameters", parameters)));
    } catch (EvaluationException unknown) {
      return Optional.empty();
    }
  }

  /**
   * Each element of a list; a list that an expression gives is one, with what it has by default.
   */
  List<Named> each(Value value) {
    var all = new ArrayList<Named>();
    if (value instanceof Value.Items(var items, var _)) {
      for (var item : items) all.add(new Named(symbol(item), item.span()));
      return all;
    }
    var whole = symbol(value);
    all.add(new Named(whole, value.span()));
    return all;
  }
}
