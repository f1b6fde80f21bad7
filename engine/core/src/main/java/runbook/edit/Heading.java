package runbook.edit;

import java.util.List;
import java.util.Optional;
import runbook.diag.Span;
import runbook.edit.Outline.StepNode;
import runbook.yaml.Yaml;

/**
 * A line of the plan's outline.
 *
 * @param kind the action, {@code checkpoint}, {@code parallel}, {@code use} or {@code branch}
 * @param whole all that belongs to it
 */
public record Heading(
    String name, String kind, String title, Span whole, Span span, List<Heading> below) {

  static List<Heading> of(Outline outline) {
    return outline.top().stream().map(Heading::of).toList();
  }

  private static Heading of(StepNode step) {
    var kind = Meanings.kind(step);
    var named = step.id().or(step::checkpoint);
    var whole = trimmed(step.node().span());
    return new Heading(
        named.map(Yaml.Scalar::text).filter(n -> !n.isEmpty()).orElse(kind),
        kind,
        Meanings.title(step),
        whole,
        within(whole, named.or(() -> step.kind().map(Yaml.Entry::key)).map(Yaml::span)),
        step.branches().entrySet().stream()
            .filter(b -> !b.getKey().text().isEmpty())
            .map(b -> branch(b.getKey(), b.getValue()))
            .toList());
  }

  private static Heading branch(Yaml.Scalar name, List<StepNode> steps) {
    int end = steps.isEmpty() ? name.span().end() : trimmed(steps.getLast().node().span()).end();
    var span = name.span();
    return new Heading(
        name.text(),
        "branch",
        "",
        new Span(span.source(), span.start(), Math.max(span.end(), end)),
        span,
        steps.stream().map(Heading::of).toList());
  }

  /** A map in lines ends only where the next thing begins. */
  private static Span trimmed(Span span) {
    int end = span.start() + span.text().stripTrailing().length();
    return new Span(span.source(), span.start(), end);
  }

  private static Span within(Span whole, Optional<Span> span) {
    return span.filter(s -> whole.start() <= s.start() && s.end() <= whole.end())
        .orElse(new Span(whole.source(), whole.start(), whole.start()));
  }
}
