package runbook.edit;

import runbook.diag.Span;

/**
 * Something that may be typed at a place.
 *
 * @param label what is shown
 * @param detail its type or kind, in a few words
 * @param doc what it is for
 * @param insert what takes the place of what is there
 * @param replaced what is there, up to the cursor and to the end of the word
 */
public record Suggestion(
    String label, Kind kind, String detail, String doc, String insert, Span replaced) {
  /** What sort of thing it is. */
  public enum Kind {
    KEY,
    ACTION,
    WORD,
    NAME,
    FILE
  }
}
