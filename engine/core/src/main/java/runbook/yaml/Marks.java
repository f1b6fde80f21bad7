package runbook.yaml;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import runbook.diag.Source;
import runbook.diag.Span;

/** From the library's places, which count code points, to ours. */
final class Marks {
  private final Source source;
  private final int[] utf16;

  Marks(Source source) {
    this.source = source;
    this.utf16 = utf16Offsets(source.text());
  }

  Span span(Event from, Event to) {
    int start = offset(from.getStartMark().orElseThrow().getIndex());
    int end = offset(to.getEndMark().orElseThrow().getIndex());
    return new Span(source, start, Math.max(start, end));
  }

  Span span(Mark at) {
    int start = offset(at.getIndex());
    return new Span(source, start, start);
  }

  /** From there as far as the next space or punctuation. */
  Span word(Span from) {
    int end = from.start();
    while (end < source.text().length() && " \t\r\n,]}".indexOf(source.text().charAt(end)) < 0)
      end++;
    return new Span(source, from.start(), end);
  }

  private int offset(int codePoints) {
    int units = utf16.length == 0 ? codePoints : utf16[Math.min(codePoints, utf16.length - 1)];
    return Math.min(units, source.text().length());
  }

  private static int[] utf16Offsets(String text) {
    int points = text.codePointCount(0, text.length());
    if (points == text.length()) return new int[0];
    var offsets = new int[points + 1];
    for (int i = 0, at = 0; i <= points; i++) {
      offsets[i] = at;
      if (at < text.length()) at += Character.charCount(text.codePointAt(at));
    }
    return offsets;
  }
}
