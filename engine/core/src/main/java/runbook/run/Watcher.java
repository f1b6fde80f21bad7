package runbook.run;

/**
 * Who looks on while a plan is carried out. What is shown comes from several threads, one at a
 * time; a question may come while another one waits for its answer, and while other branches go on.
 */
public interface Watcher {
  /** Something was journalled. */
  void journalled(Event event);

  /** A running action says something. */
  void said(String step, String line);

  /** How far a copy or the like is; {@code total} is -1 while unknown. */
  void bytes(String step, long done, long total);

  /** A checkpoint asks whether to go on. */
  Answer confirm(String checkpoint, String question);

  /** Nobody but a person can tell what became of a step; no flag answers this. */
  Answer decide(String step, String question);

  /** An answer: whether to go on, and who said so. */
  record Answer(boolean yes, String by) {}
}
