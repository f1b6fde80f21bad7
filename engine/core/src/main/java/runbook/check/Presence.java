package runbook.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import runbook.expr.Value;
import runbook.expr.ValueChecker;
import runbook.plan.Step;

/** Which steps may have been skipped where the checker is, and what is known to be there. */
final class Presence {
  /** Each {@code when} that a step stands under. */
  private final Map<String, List<String>> conditions = new HashMap<>();

  /**
   * Where the checker is.
   *
   * @param under each {@code when} that holds
   * @param there paths of what is there
   */
  private record Place(List<String> under, Set<String> there) {}

  private final Deque<Place> places = new ArrayDeque<>();

  Presence() {
    places.push(new Place(List.of(), new HashSet<>()));
  }

  void declare(List<Step> steps) {
    declare(steps, List.of());
  }

  private void declare(List<Step> steps, List<String> outer) {
    for (var step : steps) {
      var own = with(outer, step.controls().when());
      step.controls().id().ifPresent(id -> conditions.putIfAbsent(id, own));
      if (step instanceof Step.Parallel p) p.branches().values().forEach(b -> declare(b, own));
    }
  }

  private static List<String> with(List<String> outer, Optional<Value> when) {
    if (when.isEmpty()) return outer;
    var all = new ArrayList<>(outer);
    all.add(text(when.get()));
    return all;
  }

  /** Equal conditions have equal answers, since nothing that they read changes. */
  private static String text(Value when) {
    return when instanceof Value.Text(var t) ? t.written(String::strip) : when.span().text();
  }

  void enter(Optional<Value> when) {
    var here = places.peek();
    var there = new HashSet<>(here.there);
    when.ifPresent(w -> there.addAll(ValueChecker.presentWhen(w)));
    places.push(new Place(with(here.under, when), there));
  }

  /** What a checkpoint requires holds behind it too, if it was not skipped. */
  void leave(Step step) {
    var left = places.pop();
    if (step instanceof Step.Checkpoint c && c.controls().when().isEmpty())
      places.peek().there.addAll(left.there);
  }

  void leave() {
    places.pop();
  }

  void holds(Value condition) {
    places.peek().there.addAll(ValueChecker.presentWhen(condition));
  }

  Optional<String> skippable(String step) {
    var here = places.peek().under;
    return conditions.getOrDefault(step, List.of()).stream()
        .filter(c -> !here.contains(c))
        .findFirst();
  }

  Set<String> present() {
    return places.peek().there;
  }
}
