package runbook.run;

/** The run stops here of its own will, and can go on later. */
public final class RunStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String step;

  RunStopped(String step, String reason) {
    super(reason);
    this.step = step;
  }

  public String step() {
    return step;
  }
}
