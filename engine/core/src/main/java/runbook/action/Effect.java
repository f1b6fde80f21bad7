package runbook.action;

/** What an action does to the world. */
public enum Effect {
  /** Nothing. */
  READ,
  /** Something that can be taken back. */
  CHANGE,
  /** Something that cannot: the step needs a guard. */
  DESTROY
}
