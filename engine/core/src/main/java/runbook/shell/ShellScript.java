package runbook.shell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a script says of itself.
 *
 * @param uses variables that it expands
 * @param sets names of variables that it sets, anywhere
 * @param pipes offsets of the {@code |} between two commands of which the first is a program; what
 *     the shell itself writes does not fail
 * @param pipefail whether a pipe fails when one of its commands does
 * @param functions names of functions that it defines
 * @param exposed variables that stand among the arguments of a program, where the list of processes
 *     shows them
 * @param opaque whether it reads other scripts, which may set anything
 */
public record ShellScript(
    List<Use> uses,
    Set<String> sets,
    List<Integer> pipes,
    boolean pipefail,
    Set<String> functions,
    List<Use> exposed,
    boolean opaque) {

  /**
   * A variable in the text.
   *
   * @param hasDefault whether it may be unset, as in {@code ${name:-}}
   * @param isSet whether it is set here
   */
  public record Use(String name, int start, int end, boolean hasDefault, boolean isSet) {
    static Use set(String name, int at) {
      return new Use(name, at, at + name.length(), true, true);
    }
  }

  public static ShellScript of(String text) {
    var reader = new ShellReader();
    reader.read(ShellLexer.tokens(text));
    return reader.script();
  }

  /** Collects while the commands are read. */
  static final class Facts {
    final List<Use> uses = new ArrayList<>();
    final Set<String> sets = new HashSet<>();
    final List<Integer> pipes = new ArrayList<>();
    final Set<String> functions = new HashSet<>();
    final List<Exposure> exposures = new ArrayList<>();
    boolean pipefail;
    boolean opaque;

    /** Arguments of a command, which may yet turn out to be a function. */
    record Exposure(String command, List<Use> uses) {}
  }
}
