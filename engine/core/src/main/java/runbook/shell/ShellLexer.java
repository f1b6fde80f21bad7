package runbook.shell;

import java.util.ArrayList;
import java.util.List;
import runbook.shell.ShellScript.Use;

/** From a text to tokens. What is not closed ends with the text. */
final class ShellLexer {
  private static final List<String> OPERATORS =
      List.of(
          "<<<", "<<-", "&>>", ";;&", "&&", "||", "|&", ";;", ";&", "<<", ">>", "<&", ">&", "<>",
          ">|", "&>", "<(", ">(", "|", "&", ";", "(", ")", "<", ">", "\n");

  /** Beyond it a text is no script that a person wrote. */
  private static final int DEEPEST = 50;

  private final String text;
  private final int depth;
  private int at;
  private int braces;
  private final List<Here> here = new ArrayList<>();

  /** A here-document that begins at the next line. */
  private record Here(String end, boolean expands, boolean tabs) {}

  private ShellLexer(String text, int from, int depth) {
    this.text = text;
    this.at = from;
    this.depth = depth;
  }

  static List<ShellToken> tokens(String text) {
    return new ShellLexer(text, 0, 0).all(false);
  }

  /**
   * @param nested whether a closing parenthesis ends it
   */
  private List<ShellToken> all(boolean nested) {
    var tokens = new ArrayList<ShellToken>();
    int open = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (c == '\\' && text.startsWith("\\\n", at)) {
        at += 2;
      } else if (c == '#') {
        while (at < text.length() && text.charAt(at) != '\n') at++;
      } else if (operator() instanceof String o) {
        if (o.equals("(") || o.equals("<(") || o.equals(">(")) open++;
        if (o.equals(")") && nested && open-- == 0) {
          at++;
          return tokens;
        }
        tokens.add(new ShellToken.Operator(o, at, at + o.length()));
        at += o.length();
        if (o.startsWith("<<") && !o.equals("<<<")) document(o, tokens);
        if (o.equals("\n")) bodies(tokens);
      } else {
        tokens.add(word());
      }
    }
    return tokens;
  }

  private String operator() {
    for (var o : OPERATORS) if (text.startsWith(o, at)) return o;
    return null;
  }

  /** The word that ends a here-document. */
  private void document(String operator, List<ShellToken> tokens) {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) at++;
    if (at >= text.length() || operator() != null) return;
    var end = word();
    tokens.add(new ShellToken.Word(end.text(), true, List.of(), List.of(), end.start(), end.end()));
    here.add(new Here(end.text(), !end.quoted(), operator.equals("<<-")));
  }

  /** What stands between this line break and the words that end the documents. */
  private void bodies(List<ShellToken> tokens) {
    for (var document : here) {
      int from = at;
      int stop = at;
      while (stop < text.length()) {
        int line = text.indexOf('\n', stop);
        int after = line < 0 ? text.length() : line + 1;
        var content = text.substring(stop, line < 0 ? text.length() : line);
        if (document.tabs) content = content.replaceFirst("^\t+", "");
        if (content.equals(document.end)) {
          at = after;
          break;
        }
        stop = after;
        at = after;
      }
      if (document.expands) expansions(from, stop, tokens);
    }
    here.clear();
  }

  /** What a here-document expands, as a word that is no part of a command. */
  private void expansions(int from, int to, List<ShellToken> tokens) {
    var inner = new ShellLexer(text.substring(0, to), from, depth);
    var word = inner.new Builder(from);
    while (inner.at < to) inner.inQuotes(word, '\0');
    var body = word.build(to);
    tokens.add(new ShellToken.Operator("<<body", from, from));
    tokens.add(body);
    tokens.add(new ShellToken.Operator("\n", to, to));
  }

  // --- words

  /** A word while it is read. */
  private final class Builder {
    private final StringBuilder plain = new StringBuilder();
    private final List<Use> uses = new ArrayList<>();
    private final List<List<ShellToken>> nested = new ArrayList<>();
    private final int start;
    private boolean quoted;

    Builder(int start) {
      this.start = start;
    }

    ShellToken.Word build(int end) {
      return new ShellToken.Word(
          plain.toString(), quoted, List.copyOf(uses), List.copyOf(nested), start, end);
    }
  }

  private ShellToken.Word word() {
    var word = new Builder(at);
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\r' || operator() != null) break;
      switch (c) {
        case '\'' -> {
          word.quoted = true;
          int end = text.indexOf('\'', at + 1);
          word.plain.append(text, at + 1, end < 0 ? text.length() : end);
          at = end < 0 ? text.length() : end + 1;
        }
        case '"' -> {
          word.quoted = true;
          at++;
          while (at < text.length() && text.charAt(at) != '"') inQuotes(word, '"');
          at++;
        }
        case '\\' -> {
          word.quoted = true;
          if (at + 1 < text.length()) word.plain.append(text.charAt(at + 1));
          at += 2;
        }
        default -> expansionOrCharacter(word);
      }
    }
    at = Math.min(at, text.length());
    return word.build(at);
  }

  /** A character, or an expansion, between double quotes. */
  private void inQuotes(Builder word, char quote) {
    if (text.charAt(at) == '\\' && at + 1 < text.length()) {
      char next = text.charAt(at + 1);
      if (next != '\n') word.plain.append(next);
      at += 2;
    } else {
      expansionOrCharacter(word);
    }
  }

  private void expansionOrCharacter(Builder word) {
    char c = text.charAt(at);
    char next = at + 1 < text.length() ? text.charAt(at + 1) : '\0';
    if (c == '`') {
      int end = at + 1;
      while (end < text.length() && text.charAt(end) != '`')
        end += text.charAt(end) == '\\' ? 2 : 1;
      end = Math.min(end, text.length());
      substitution(word, new ShellLexer(text.substring(0, end), at + 1, depth + 1).deeper(false));
      at = Math.min(end + 1, text.length());
    } else if (c != '$') {
      word.plain.append(c);
      at++;
    } else if (text.startsWith("$((", at)) {
      arithmetic(word);
    } else if (next == '(') {
      var inner = new ShellLexer(text, at + 2, depth + 1);
      substitution(word, inner.deeper(true));
      at = inner.at;
    } else if (next == '{') {
      braces(word);
    } else if (isNameStart(next)) {
      int end = nameEnd(at + 1);
      use(word, at, end, text.substring(at + 1, end), false);
      at = end;
    } else if (next == '\'') {
      // $'…': its escapes are no expansion
      word.quoted = true;
      at += 2;
      while (at < text.length() && text.charAt(at) != '\'') at += text.charAt(at) == '\\' ? 2 : 1;
      at = Math.min(at + 1, text.length());
    } else {
      word.plain.append('$');
      at += next != '\0' && "@*#?$!-0123456789".indexOf(next) >= 0 ? 2 : 1;
    }
  }

  private List<ShellToken> deeper(boolean closed) {
    if (depth <= DEEPEST) return all(closed);
    at = text.length();
    return List.of();
  }

  private static void substitution(Builder word, List<ShellToken> tokens) {
    word.plain.append('$');
    word.nested.add(tokens);
  }

  /** {@code ${name}}, with whatever follows the name. */
  private void braces(Builder word) {
    int from = at;
    int name = at + 2;
    while (name < text.length() && (text.charAt(name) == '!' || text.charAt(name) == '#')) name++;
    int end = nameEnd(name);
    boolean hasDefault =
        text.startsWith(":-", end)
            || text.startsWith(":=", end)
            || text.startsWith(":+", end)
            || end < text.length() && "-=+".indexOf(text.charAt(end)) >= 0;
    boolean indirect = text.startsWith("${!", from);
    if (end > name && !indirect) use(word, from, end, text.substring(name, end), hasDefault);
    else word.plain.append('$');
    boolean sets = text.startsWith(":=", end) || text.startsWith("=", end);
    if (end > name && sets) word.uses.add(Use.set(text.substring(name, end), name));
    at = end;
    while (at < text.length() && text.charAt(at) != '}') {
      char c = text.charAt(at);
      if (c == '\'' && !word.quoted) {
        int close = text.indexOf('\'', at + 1);
        at = close < 0 ? text.length() : close + 1;
      } else if (c == '"') {
        at++;
      } else {
        // what is computed in place of the value is no text of the word
        int before = word.plain.length();
        if (++braces > DEEPEST) at = text.length() - 1;
        inQuotes(word, '}');
        braces--;
        word.plain.setLength(before);
      }
    }
    at = Math.min(at + 1, text.length());
  }

  private void arithmetic(Builder word) {
    int open = 0;
    word.plain.append('$');
    for (at += 1; at < text.length(); ) {
      char c = text.charAt(at);
      if (c == '(') open++;
      if (c == ')' && --open == 0) {
        at++;
        return;
      }
      int before = word.plain.length();
      if (isNameStart(c)) {
        int end = nameEnd(at);
        word.uses.add(new Use(text.substring(at, end), at, end, true, false));
        at = end;
      } else {
        inQuotes(word, ')');
      }
      word.plain.setLength(before);
    }
  }

  private void use(Builder word, int from, int to, String name, boolean hasDefault) {
    word.plain.append('$');
    word.uses.add(new Use(name, from, to, hasDefault, false));
  }

  private static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private int nameEnd(int from) {
    int end = from;
    while (end < text.length()
        && (isNameStart(text.charAt(end))
            || end > from && text.charAt(end) >= '0' && text.charAt(end) <= '9')) end++;
    return end;
  }
}
