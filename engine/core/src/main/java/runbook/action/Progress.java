package runbook.action;

/** What the operator sees of a running action, and what is kept of its output. */
public interface Progress {
  /** One line for the operator. */
  void say(String line);

  /** How far a copy or the like is; {@code total} is -1 while unknown. */
  void bytes(long done, long total);

  /** Output of a command, as it came: kept whole in the run's folder. */
  void output(byte[] bytes, int length);
}
