package runbook.run;

import runbook.world.Failure;

/** A step failed, and with it the run. */
public final class StepFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String step;
  private final Failure failure;

  StepFailed(String step, Failure failure) {
    super(failure.getMessage(), failure);
    this.step = step;
    this.failure = failure;
  }

  public String step() {
    return step;
  }

  public Failure failure() {
    return failure;
  }
}
