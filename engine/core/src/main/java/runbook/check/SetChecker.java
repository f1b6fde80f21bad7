package runbook.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.expr.Value;
import runbook.plan.Plan;

/** A list of things that an action works on names none of them twice. */
final class SetChecker {
  private final Problems problems;

  SetChecker(Problems problems) {
    this.problems = problems;
  }

  void check(Visit visit) {
    for (var touch : visit.act().call().type().touches())
      visit.argument(touch.parameter()).ifPresent(v -> list(v, visit.frame()));
  }

  private void list(Value value, Frame frame) {
    var first = new HashMap<Object, Span>();
    if (value instanceof Value.Items(var items, var _)) {
      for (var item : items) {
        var symbol = frame.symbol(item);
        item(symbol.value().orElse(symbol), symbol.title(), item.span(), first);
      }
    } else {
      frame.parameter(value).flatMap(Plan.Parameter::written).ifPresent(v -> ofDefault(v, first));
    }
  }

  private void ofDefault(Value value, Map<Object, Span> first) {
    if (!(value instanceof Value.Items(List<Value> items, var _))) return;
    for (var item : items)
      if (item instanceof Value.Literal(var plain, var span, var _))
        plain.ifPresent(p -> item(p, p.toString(), span, first));
  }

  private void item(Object key, String title, Span span, Map<Object, Span> first) {
    var earlier = first.putIfAbsent(key, span);
    if (earlier == null) return;
    problems.error(
        Code.DUPLICATE_ITEM,
        span,
        "`" + title + "` is in this list twice.",
        "The first is in line " + earlier.line() + ", column " + earlier.column() + ".");
  }
}
