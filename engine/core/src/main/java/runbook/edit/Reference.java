package runbook.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A chain of names in an expression, such as {@code steps.fetch.sha512}; the expression may be
 * unfinished.
 */
record Reference(List<Name> names) {
  /** What stands for a computed index. */
  static final String INDEX = "[]";

  /**
   * A name of a chain, which is empty where it is still to be typed.
   *
   * @param from offset in the text that has the expression
   */
  record Name(String text, int from, int to) {}

  /** The expressions of a text, from behind the brace to before the closing one. */
  private record Hole(int from, int to) {}

  /** Those of all expressions in a text, in order. */
  static List<Reference> in(String text) {
    var found = new ArrayList<Reference>();
    for (var hole : holes(text)) read(text, hole.from, hole.to, found);
    return found;
  }

  /** Whether the offset is within an expression. */
  static boolean isExpression(String text, int offset) {
    return holes(text).stream().anyMatch(h -> h.from <= offset && offset <= h.to);
  }

  /** The name that the offset touches, with those before it. */
  static Optional<Reference> at(String text, int offset) {
    for (var reference : in(text)) {
      for (int i = 0; i < reference.names.size(); i++) {
        var name = reference.names.get(i);
        if (name.from <= offset && offset <= name.to && !name.text.equals(INDEX))
          return Optional.of(new Reference(reference.names.subList(0, i + 1)));
      }
    }
    return Optional.empty();
  }

  Name last() {
    return names.getLast();
  }

  /** What {@code root.name} stands for, if this chain begins with that root. */
  Optional<Name> below(String root) {
    return names.size() > 1 && names.getFirst().text.equals(root)
        ? Optional.of(names.get(1))
        : Optional.empty();
  }

  private static List<Hole> holes(String text) {
    var holes = new ArrayList<Hole>();
    for (int i = 0; i < text.length(); ) {
      if (text.startsWith("$${", i)) {
        i += 3;
      } else if (text.startsWith("${", i)) {
        int end = closing(text, i + 2, '}');
        holes.add(new Hole(i + 2, end));
        i = end + 1;
      } else {
        i++;
      }
    }
    return holes;
  }

  /** The closing bracket; the end of the line where there is none. */
  private static int closing(String text, int from, char close) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == close && depth == 0) return i;
      if (c == '\'' || c == '"') {
        int end = text.indexOf(c, i + 1);
        if (end < 0) break;
        i = end;
      } else if (c == '{' || c == '[') depth++;
      else if (c == '}' || c == ']') depth--;
    }
    int line = text.indexOf('\n', from);
    return line < 0 ? text.length() : line;
  }

  private static void read(String text, int from, int to, List<Reference> found) {
    for (int i = from; i < to; ) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        int end = text.indexOf(c, i + 1);
        i = end < 0 ? to : end + 1;
      } else if (Character.isJavaIdentifierStart(c)) {
        i = chain(text, i, to, found);
      } else if (Character.isDigit(c)) {
        // the letters of a number are no name
        while (i < to && Character.isLetterOrDigit(text.charAt(i))) i++;
      } else {
        i++;
      }
    }
  }

  /** Reads one chain, and what is in its brackets; gives the offset behind it. */
  private static int chain(String text, int from, int to, List<Reference> found) {
    var names = new ArrayList<Name>();
    int at = word(text, from, to);
    names.add(new Name(text.substring(from, at), from, at));
    while (true) {
      int p = blanks(text, at, to);
      if (p < to && text.charAt(p) == '.') {
        int begin = blanks(text, p + 1, to);
        at = word(text, begin, to);
        if (at == begin) at = begin = p + 1;
        names.add(new Name(text.substring(begin, at), begin, at));
      } else if (p < to && text.charAt(p) == '[') {
        int end = Math.min(closing(text, p + 1, ']'), to);
        names.add(index(text, p + 1, end));
        if (names.getLast().text.equals(INDEX)) read(text, p + 1, end, found);
        at = Math.min(end + 1, to);
      } else {
        break;
      }
    }
    found.add(new Reference(List.copyOf(names)));
    return Math.max(at, from + 1);
  }

  /** A name in quotes, or a computed index. */
  private static Name index(String text, int from, int to) {
    var inner = text.substring(from, to).strip();
    boolean quoted =
        inner.length() > 1
            && (inner.charAt(0) == '\'' || inner.charAt(0) == '"')
            && inner.indexOf(inner.charAt(0), 1) == inner.length() - 1;
    if (!quoted) return new Name(INDEX, from, to);
    int begin = text.indexOf(inner.charAt(0), from) + 1;
    return new Name(inner.substring(1, inner.length() - 1), begin, begin + inner.length() - 2);
  }

  private static int word(String text, int from, int to) {
    int at = from;
    while (at < to && Character.isJavaIdentifierPart(text.charAt(at))) at++;
    return at;
  }

  private static int blanks(String text, int from, int to) {
    int at = from;
    while (at < to && Character.isWhitespace(text.charAt(at))) at++;
    return at;
  }
}
