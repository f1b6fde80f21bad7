package runbook.expr;

/**
 * There is no such member, element or result: what {@code == null}, {@code ??} and {@code empty}
 * ask about.
 */
final class Absent extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param why for people, to be read behind "has no value, since"
   */
  Absent(String why) {
    super(why, null, false, false);
  }
}
