package runbook.action;

/** Short commands at a place, alike on this machine and in a container. */
public final class Shell {
  private Shell() {}

  /** Which shell reads a script. */
  public enum Kind {
    sh,
    bash
  }
}
