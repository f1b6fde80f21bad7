package runbook.action;

/** How taking an action back went. */
public sealed interface Reversal {
  String what();

  /** It is as it was before. */
  record Undone(String what) implements Reversal {}

  /** There was nothing to take back. */
  record Nothing(String what) implements Reversal {}

  /** It cannot be taken back, because …. */
  record Impossible(String what) implements Reversal {}
}
