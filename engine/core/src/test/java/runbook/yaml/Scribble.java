package runbook.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes random trees in as many ways as YAML knows, with comments in all places. */
final class Scribble {
  /**
   * @param comments each of which is there once
   */
  record Text(String text, List<String> comments) {}

  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");
  private static final List<String> PLAIN =
      List.of("x", "true", "12", "a b", "it's", "http://x#y", "a:b", "-x", "?x", "ü😀");
  private static final List<String> QUOTED =
      List.of("\"a\"", "'it''s # no'", "\"\\\" # no\"", "''", "\"a: b\"", "\"\\u00e4\"");

  private final Random random;
  private final StringBuilder out = new StringBuilder();
  private final List<String> comments = new ArrayList<>();

  Scribble(Random random) {
    this.random = random;
  }

  Text text() {
    if (chance(8)) out.append(chance(2) ? "---\n" : "--- # head\n".replace(" # head", ""));
    fields(0, 0);
    lines(random.nextInt(4), 5);
    var text = out.toString();
    return new Text(chance(6) ? text.replace("\n", "\r\n") : text, comments);
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String blanks(int least) {
    return " ".repeat(least + (chance(4) ? random.nextInt(4) : 0));
  }

  private String comment() {
    var comment = "#~" + comments.size() + one(List.of("", " a: b", " - x", " \"", " {"));
    comments.add(comment);
    return comment;
  }

  /** Blank lines and comments. */
  private void lines(int indent, int often) {
    while (chance(often)) {
      if (chance(2)) out.append(blanks(0)).append('\n');
      else out.append(" ".repeat(indent)).append(comment()).append('\n');
    }
  }

  private void lineEnd() {
    if (chance(8)) out.append(blanks(1)).append(comment());
    else out.append(blanks(0));
    out.append('\n');
  }

  private void fields(int indent, int depth) {
    var keys = new ArrayList<>(KEYS);
    java.util.Collections.shuffle(keys, random);
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      if (i > 0 || depth == 0) {
        lines(indent, 6);
        out.append(" ".repeat(indent));
      }
      out.append(chance(6) ? "\"" + keys.get(i) + "\"" : keys.get(i))
          .append(chance(9) ? " :" : ":");
      value(indent, depth, true);
    }
    if (chance(6)) lines(indent, 3);
  }

  private void items(int indent, int depth) {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      lines(indent, 7);
      out.append(" ".repeat(indent)).append('-');
      if (depth < 4 && chance(2)) {
        int blanks = 1 + random.nextInt(3);
        if (chance(5)) {
          lineEnd();
          lines(indent + 2, 5);
          out.append(" ".repeat(indent + 1 + blanks));
        } else out.append(" ".repeat(blanks));
        fields(indent + 1 + blanks, depth + 1);
      } else value(indent, depth, false);
    }
    if (chance(6)) lines(indent, 3);
  }

  /** Behind a colon or a dash. */
  private void value(int indent, int depth, boolean inMap) {
    int inner = indent + 1 + random.nextInt(4);
    switch (depth > 4 ? random.nextInt(6) : random.nextInt(9)) {
      case 0 -> lineEnd();
      case 1 -> {
        out.append(blanks(1)).append(one(PLAIN));
        lineEnd();
      }
      case 2 -> {
        if (chance(4)) {
          lineEnd();
          lines(inner, 5);
          out.append(" ".repeat(inner));
        } else out.append(blanks(1));
        out.append(one(QUOTED));
        lineEnd();
      }
      case 3 -> folded(inner);
      case 4 -> block(indent, inner);
      case 5, 6 -> {
        out.append(blanks(1));
        flow(inner, 0);
        lineEnd();
      }
      case 7 -> {
        if (chance(6)) out.append(" &n").append(random.nextInt(1000));
        lineEnd();
        lines(inner, 6);
        fields(inner, depth + 1, inner);
      }
      default -> {
        lineEnd();
        items(inMap && chance(3) ? indent : inner, depth + 1);
      }
    }
  }

  private void fields(int indent, int depth, int begin) {
    out.append(" ".repeat(begin));
    fields(indent, depth);
  }

  private void folded(int inner) {
    var quote = one(List.of("", "\"", "'"));
    out.append(' ').append(quote).append("one").append(blanks(0)).append('\n');
    if (chance(3)) out.append('\n');
    out.append(" ".repeat(inner)).append("two").append(quote.equals("\"") ? " \\\n" : "\n");
    out.append(" ".repeat(inner + random.nextInt(3))).append("three").append(quote);
    lineEnd();
  }

  private void block(int indent, int inner) {
    var marks = one(List.of("", "-", "+", ""));
    // whose first line begins with blanks has to say how far it is indented
    boolean said = chance(4);
    out.append(blanks(1))
        .append(one(List.of("|", ">")))
        .append(said ? inner - indent : "")
        .append(marks);
    lineEnd();
    out.append(" ".repeat(inner)).append(said ? "  first\n" : "# first  \n");
    while (chance(2)) {
      if (chance(3)) out.append('\n');
      else
        out.append(" ".repeat(inner + random.nextInt(2)))
            .append(one(List.of("x", "# no comment", "- a: b  ", "\ttab")))
            .append('\n');
    }
    if (chance(4)) out.append('\n');
  }

  private void flow(int inner, int depth) {
    boolean map = chance(2);
    out.append(map ? '{' : '[');
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      gap(inner);
      if (map) out.append(KEYS.get(i)).append(':').append(blanks(1));
      if (depth < 3 && chance(4)) flow(inner, depth + 1);
      else if (chance(3)) out.append(one(QUOTED));
      else out.append(one(List.of("x", "1", "true", "a b", "x.y", "ü")));
      if (chance(5)) out.append(blanks(1));
      if (i + 1 < count || chance(5)) out.append(',');
    }
    gap(inner);
    out.append(map ? '}' : ']');
  }

  private void gap(int inner) {
    if (chance(10)) {
      lineEnd();
      out.append(" ".repeat(inner + random.nextInt(3)));
    } else out.append(blanks(0));
  }
}
