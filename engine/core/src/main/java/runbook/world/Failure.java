package runbook.world;

import java.util.Optional;

/**
 * Why something could not be done, for the operator to read.
 *
 * <p>The message is one sentence in our words; {@link #detail} has the other system's own words or
 * a command's last lines; {@link #remedy} says what to do.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What kind of failure it is; a plan's {@code retry} may name it (in lower case). */
  public enum Kind {
    /** The world is not as it has to be; nothing was changed by this. */
    REFUSED,
    /** It was tried and did not succeed. */
    FAILED,
    /**
     * The other side could not be reached, or did not answer, or answered that it is out of order.
     */
    UNREACHABLE,
    /** The time limit of the step has passed. */
    TIMEOUT,
    /** The operator asked to stop. */
    STOPPED
  }

  private final Kind kind;
  private final transient Optional<String> detail;
  private final transient Optional<String> remedy;

  public Failure(
      Kind kind,
      String message,
      Optional<String> detail,
      Optional<String> remedy,
      Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.detail = detail;
    this.remedy = remedy;
  }

  public static Failure refused(String message, String remedy) {
    return new Failure(Kind.REFUSED, message, Optional.empty(), Optional.of(remedy), null);
  }

  public static Failure failed(String message) {
    return new Failure(Kind.FAILED, message, Optional.empty(), Optional.empty(), null);
  }

  public static Failure unreachable(String message, Throwable cause) {
    return new Failure(
        Kind.UNREACHABLE,
        message,
        Optional.ofNullable(cause).map(Throwable::getMessage),
        Optional.empty(),
        cause);
  }

  public static Failure timeout(String message) {
    return new Failure(Kind.TIMEOUT, message, Optional.empty(), Optional.empty(), null);
  }

  public static Failure stopped(String message) {
    return new Failure(Kind.STOPPED, message, Optional.empty(), Optional.empty(), null);
  }

  public Failure withDetail(String words) {
    return new Failure(kind, getMessage(), Optional.of(words), remedy, getCause());
  }

  public Failure withRemedy(String words) {
    return new Failure(kind, getMessage(), detail, Optional.of(words), getCause());
  }

  public Kind kind() {
    return kind;
  }

  public Optional<String> detail() {
    return detail;
  }

  public Optional<String> remedy() {
    return remedy;
  }
}
