package runbook.yaml;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import runbook.diag.Source;
import runbook.diag.Span;

/** From the library's places, which count code points, to ours. */
final class Marks {
  private final Source source;
  private final Offsets offsets;

  Marks(Source source) {
    this.source = source;
    this.offsets = new Offsets(source.text());
  }

  Span span(Event from, Event to) {
    int start = offsets.of(from.getStartMark().orElseThrow().getIndex());
    int end = offsets.of(to.getEndMark().orElseThrow().getIndex());
    return new Span(source, start, Math.max(start, end));
  }

  Span span(Mark at) {
    int start = offsets.of(at.getIndex());
    return new Span(source, start, start);
  }

  /** From there as far as the next space or punctuation. */
  Span word(Span from) {
    int end = from.start();
    while (end < source.text().length() && " \t\r\n,]}".indexOf(source.text().charAt(end)) < 0)
      end++;
    return new Span(source, from.start(), end);
  }
}
