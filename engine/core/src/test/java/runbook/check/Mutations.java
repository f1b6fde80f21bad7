package runbook.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Ways of breaking the shipped plan, from a file: each a name, what to find, what to write in its
 * place, and the line of the broken plan at which it has to be refused.
 */
record Mutations(String name, String broken, int line) {
  private static final Path CATALOGUE = Path.of("src/test/resources/mutations.txt");

  /**
   * Entries are separated by empty lines. {@code # name}, then lines {@code - what goes} and {@code
   * + what comes} (one without the other is allowed), which are whole lines without their
   * indentation, or {@code s/pattern/replacement/} of the first line that has it; {@code ^ text}
   * names the line of the complaint by what it has, otherwise it is the first changed one. {@code @
   * text} moves to the first line that has the text.
   */
  static List<Mutations> all(String plan) throws IOException {
    var all = new ArrayList<Mutations>();
    for (var entry : Files.readString(CATALOGUE).split("\n\n+"))
      if (!entry.isBlank()) all.add(of(entry.strip().lines().toList(), plan));
    return all;
  }

  private static Mutations of(List<String> entry, String plan) {
    var name = entry.getFirst().substring(2);
    var lines = new ArrayList<>(plan.lines().toList());
    int at = 0;
    int changed = -1;
    int complaint = -1;
    for (var command : entry.subList(1, entry.size())) {
      var text = command.length() > 2 ? command.substring(2) : "";
      switch (command.charAt(0)) {
        case '@' -> at = find(lines, text, at, name);
        case '-' -> {
          at = find(lines, text, at, name);
          lines.remove(at);
          if (changed < 0) changed = at;
        }
        case '+' -> {
          lines.add(at, text);
          if (changed < 0) changed = at;
          at++;
        }
        case 's' -> {
          var parts = command.split("(?<!\\\\)/", -1);
          var pattern = Pattern.compile(parts[1]);
          while (at < lines.size() && !pattern.matcher(lines.get(at)).find()) at++;
          if (at == lines.size()) throw new IllegalStateException(name + ": no " + parts[1]);
          var written = pattern.matcher(lines.remove(at)).replaceFirst(parts[2]);
          lines.addAll(at, written.lines().toList());
          if (changed < 0) changed = at;
        }
        case '^' -> complaint = find(lines, text, 0, name);
        default -> throw new IllegalStateException(name + ": " + command);
      }
    }
    return new Mutations(
        name, String.join("\n", lines) + "\n", (complaint < 0 ? changed : complaint) + 1);
  }

  private static int find(List<String> lines, String text, int from, String name) {
    for (int i = from; i < lines.size(); i++) if (lines.get(i).contains(text)) return i;
    throw new IllegalStateException(name + ": there is no `" + text + "`");
  }
}
