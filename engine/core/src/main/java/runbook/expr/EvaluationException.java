package runbook.expr;

/** Why an expression has no value, in one sentence for the operator. */
public final class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EvaluationException(String message, Throwable cause) {
    super(message, cause);
  }
}
