package runbook.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import runbook.shell.ShellScript.Facts;
import runbook.shell.ShellScript.Use;

/** From tokens to commands, and what they say. */
final class ShellReader {
  private static final Set<String> RESERVED =
      Set.of(
          "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!", "time",
          "coproc");

  /** They are no process of their own. */
  private static final Set<String> BUILTINS =
      Set.of(
          ":",
          "true",
          "false",
          "echo",
          "printf",
          "test",
          "[",
          "[[",
          "export",
          "local",
          "declare",
          "typeset",
          "readonly",
          "read",
          "set",
          "unset",
          "shift",
          "return",
          "exit",
          "cd",
          "pwd",
          "trap",
          "wait",
          "kill",
          "umask",
          "alias",
          "let",
          "break",
          "continue",
          "hash",
          "type",
          "mapfile",
          "readarray",
          "getopts",
          "case",
          "for",
          "select",
          "in",
          "esac",
          "function",
          "compgen",
          "shopt",
          "ulimit");

  /** The program is the word behind them. */
  private static final Set<String> PREFIXES =
      Set.of(
          "exec", "command", "builtin", "env", "sudo", "nohup", "nice", "setsid", "xargs", "time");

  private static final Set<String> DECLARING =
      Set.of("export", "local", "declare", "typeset", "readonly");

  private static final Set<String> REDIRECTS =
      Set.of("<", ">", ">>", "<&", ">&", "<>", ">|", "&>", "&>>", "<<", "<<-", "<<<", "<<body");

  private static final Set<String> SILENT_WRITERS = Set.of("echo", "printf", ":", "true");
  private static final Pattern ASSIGNMENT =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(\\[.*])?\\+?=.*", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Facts facts = new Facts();

  /** Commands end at operators; what stands before a closing parenthesis in `case` is a pattern. */
  void read(List<ShellToken> tokens) {
    var command = new ArrayList<ShellToken.Word>();
    int cases = 0;
    boolean pattern = false;
    for (int i = 0; i < tokens.size(); i++) {
      switch (tokens.get(i)) {
        case ShellToken.Word w -> {
          word(w);
          if (w.text().equals("esac") && !w.quoted() && cases > 0) {
            cases--;
            pattern = false;
          } else if (w.text().equals("in") && isCase(command)) {
            cases++;
            pattern = true;
            command.clear();
          } else if (!pattern) {
            command.add(w);
          }
        }
        case ShellToken.Operator o -> {
          if (REDIRECTS.contains(o.text())) {
            // the file, or the word behind it, is no argument
            if (i + 1 < tokens.size() && tokens.get(i + 1) instanceof ShellToken.Word target) {
              word(target);
              i++;
            }
            continue;
          }
          if (pattern) {
            if (o.text().equals(")")) pattern = false;
            continue;
          }
          if (o.text().equals("(") && command.size() == 1 && follows(tokens, i, ")"))
            facts.functions.add(command.getFirst().text());
          if ((o.text().equals("|") || o.text().equals("|&")) && isProgram(command))
            facts.pipes.add(o.start());
          command(command);
          command.clear();
          if (o.text().startsWith(";;") || o.text().equals(";&")) pattern = cases > 0;
        }
      }
    }
    command(command);
  }

  private static boolean follows(List<ShellToken> tokens, int i, String operator) {
    return i + 1 < tokens.size()
        && tokens.get(i + 1) instanceof ShellToken.Operator o
        && o.text().equals(operator);
  }

  private static boolean isCase(List<ShellToken.Word> command) {
    var words = meaningful(command);
    return words.size() == 2 && words.getFirst().text().equals("case");
  }

  private void word(ShellToken.Word word) {
    for (var use : word.uses()) {
      if (use.isSet()) facts.sets.add(use.name());
      else facts.uses.add(use);
    }
    word.nested().forEach(this::read);
  }

  private static List<ShellToken.Word> meaningful(List<ShellToken.Word> command) {
    int from = 0;
    while (from < command.size()
        && !command.get(from).quoted()
        && RESERVED.contains(command.get(from).text())) from++;
    return command.subList(from, command.size());
  }

  private void command(List<ShellToken.Word> all) {
    var words = meaningful(all);
    int at = 0;
    while (at < words.size() && assigns(words.get(at))) at++;
    if (at == words.size()) return;
    var name = words.get(at).text();
    var arguments = words.subList(at + 1, words.size());
    switch (name) {
      case "export", "local", "declare", "typeset", "readonly" -> arguments.forEach(this::declares);
      case "read", "mapfile", "readarray", "getopts", "unset" -> arguments.forEach(this::names);
      case "printf" -> {
        if (arguments.size() > 1 && arguments.getFirst().text().equals("-v"))
          names(arguments.get(1));
      }
      case "for", "select" -> arguments.stream().limit(1).forEach(this::names);
      case "set" -> facts.pipefail |= arguments.stream().anyMatch(w -> w.text().equals("pipefail"));
      case ".", "source", "eval" -> facts.opaque = true;
      case "function" -> arguments.stream().limit(1).forEach(w -> facts.functions.add(w.text()));
      default -> {}
    }
    exposes(words.subList(at, words.size()));
  }

  private boolean assigns(ShellToken.Word word) {
    var m = ASSIGNMENT.matcher(word.text());
    if (!m.matches()) return false;
    facts.sets.add(m.group(1));
    return true;
  }

  private void declares(ShellToken.Word word) {
    if (!assigns(word)) names(word);
  }

  private void names(ShellToken.Word word) {
    if (NAME.matcher(word.text()).matches()) facts.sets.add(word.text());
  }

  /** What a program gets as arguments everybody on the machine can read. */
  private void exposes(List<ShellToken.Word> words) {
    int at = 0;
    while (at < words.size()
        && (PREFIXES.contains(words.get(at).text())
            || at > 0 && words.get(at).text().startsWith("-"))) at++;
    if (at == words.size()) return;
    var program = words.get(at).text();
    if (at == 0 && BUILTINS.contains(program)) return;
    var uses = new ArrayList<Use>();
    for (var argument : words.subList(0, words.size())) uses.addAll(argument.uses());
    uses.removeIf(Use::isSet);
    if (!uses.isEmpty()) facts.exposures.add(new Facts.Exposure(program, uses));
  }

  private static boolean isProgram(List<ShellToken.Word> command) {
    var words = meaningful(command);
    return !words.isEmpty()
        && !SILENT_WRITERS.contains(words.getFirst().text())
        && !DECLARING.contains(words.getFirst().text());
  }

  ShellScript script() {
    var exposed =
        facts.exposures.stream()
            .filter(e -> !facts.functions.contains(e.command()))
            .flatMap(e -> e.uses().stream())
            .toList();
    return new ShellScript(
        List.copyOf(facts.uses),
        Set.copyOf(facts.sets),
        List.copyOf(facts.pipes),
        facts.pipefail,
        Set.copyOf(facts.functions),
        exposed,
        facts.opaque);
  }
}
