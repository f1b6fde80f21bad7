package runbook.shell;

import java.util.List;

/** A piece of a script; offsets are UTF-16 units from its beginning. */
sealed interface ShellToken {
  int start();

  int end();

  /**
   * A word.
   *
   * @param text without its quotes; an expansion stands as {@code $}
   * @param quoted whether any of it is in quotes
   * @param uses variables that are expanded in it, those in command substitutions not among them
   * @param nested command substitutions in it
   */
  record Word(
      String text,
      boolean quoted,
      List<ShellScript.Use> uses,
      List<List<ShellToken>> nested,
      int start,
      int end)
      implements ShellToken {}

  /** One of {@code | |& || && ; ;; & ( ) < > >> <<} and the like, or a line break. */
  record Operator(String text, int start, int end) implements ShellToken {}
}
