package runbook.sandbox.box;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a command and its environment reach a container. Values travel in the environment of the
 * programs that lead there, never in their arguments, which every user of the machine can list;
 * except those names that these programs would take for themselves or would lose.
 */
final class Launch {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern TAKEN =
      Pattern.compile("(LD|GLIBC|GCONV|MALLOC|LIBMOUNT)_.*|.*LOCPATH|NLSPATH");
  private static final Set<String> SHELL =
      Set.of("IFS", "ENV", "BASH_ENV", "OPTIND", "PPID", "PWD", "OLDPWD", "CDPATH", "PS1", "PS4");
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private Launch() {}

  /** Gives {@code builder} the environment and returns the words that the command begins with. */
  static List<String> carry(
      Map<String, String> environment, List<String> command, ProcessBuilder builder) {
    Map<String, String> carried = builder.environment();
    carried.clear();
    carried.put("PATH", PATH);
    List<String> words = new ArrayList<>();
    environment.forEach((name, value) -> {
      if (!PLAIN.matcher(name).matches() || TAKEN.matcher(name).matches() || SHELL.contains(name)) {
        words.add(name + "=" + value);
      } else {
        carried.put(name, value);
      }
    });
    if (!words.isEmpty()) {
      words.addFirst("/usr/bin/env");
    }
    words.addAll(command);
    return words;
  }

  /** The words as one line that a POSIX shell reads back as the same words. */
  static String quote(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(line.isEmpty() ? "" : " ")
          .append('\'')
          .append(word.replace("'", "'\\''"))
          .append('\'');
    }
    return line.toString();
  }
}
