package runbook.yaml;

import java.util.ArrayList;
import java.util.List;
import runbook.yaml.Layout.Rules;

/** Writes the nodes of a text in order, with all that stands between them. */
final class Printer {
  /** A list or a map in lines; {@code commented} if a comment precedes its first entry. */
  private record Body(List<String> lines, boolean commented) {}

  private final String text;
  private final Written.Node root;
  private final Rules rules;
  private final Alignment alignment;
  private final LeafPrinter leaves;

  /** What precedes this offset is written. */
  private int at;

  /** Whether blank lines behind what was just written would belong to it. */
  private boolean keeps;

  Printer(String text, Written.Node root, Rules rules) {
    this.text = text;
    this.root = root;
    this.rules = rules;
    this.alignment = new Alignment(text, root);
    this.leaves = new LeafPrinter(text);
  }

  String print() {
    var out = new ArrayList<>(head());
    switch (root) {
      case Written.Fields f when f.start() == f.first() ->
          out.addAll(fields(f, 0, -1, List.of()).lines());
      default -> throw new UnforeseenLayout();
    }
    var rest = Gap.between(text, at, text.length());
    if (!rest.trailing().isEmpty() || rest.lines().stream().anyMatch(l -> !l.isBlank()))
      throw new UnforeseenLayout();
    return String.join("\n", out) + "\n";
  }

  /** Directives and the line that begins the document. */
  private List<String> head() {
    var lines = new ArrayList<String>();
    int end = text.lastIndexOf("\n", root.start()) + 1;
    int mark = ("\n" + text.substring(0, end)).lastIndexOf("\n---");
    if (mark < 0) return lines;
    at = Gap.lineEnd(text, mark, text.length()) + 1;
    text.substring(0, at - 1).lines().map(String::stripTrailing).forEach(lines::add);
    return lines;
  }

  // --- collections

  private Body fields(Written.Fields node, int indent, int parent, List<String> path) {
    int column = Gap.column(text, node.first());
    var entries = new ArrayList<Entry>();
    for (var pair : node.pairs()) {
      var leading = leading(pair.key().start(), indent);
      var key = text.substring(pair.key().start(), end(pair.key()));
      if (Gap.skip(text, at) != pair.key().start() || key.contains("\n"))
        throw new UnforeseenLayout();
      at = Gap.skip(text, end(pair.key()));
      if (at >= text.length() || text.charAt(at) != ':') throw new UnforeseenLayout();
      at++;
      var head = " ".repeat(indent) + key + (key.startsWith("*") ? " :" : ":");
      var name = pair.key() instanceof Written.Leaf l ? l.value() : key;
      var lines = value(pair.value(), head, indent, column, Entry.below(path, name));
      entries.add(new Entry(name, leading, lines, isBlock(pair.value()), keeps));
    }
    var tail = tail(column, parent, indent);
    return body(Entry.ordered(entries, rules.order(path, Entry.names(entries)), tail), tail, path);
  }

  private Body items(Written.Items node, int indent, int parent, List<String> path) {
    int column = Gap.column(text, node.first());
    var entries = new ArrayList<Entry>();
    for (var item : node.items()) {
      int dash = Gap.skip(text, at);
      var leading = leading(dash, indent);
      if (dash >= text.length() || text.charAt(dash) != '-') throw new UnforeseenLayout();
      at = dash + 1;
      var lines = item(item, indent, column, Entry.below(path, "-"));
      entries.add(new Entry("-", leading, lines, isBlock(item), keeps));
    }
    return body(entries, tail(column, parent, indent), path);
  }

  private Body body(List<Entry> entries, List<String> tail, List<String> path) {
    var out = new ArrayList<String>();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      var leading = entry.leading();
      boolean first = i == 0;
      if (first && !leading.isEmpty() && leading.getFirst().isEmpty())
        leading = leading.subList(1, leading.size());
      boolean parted =
          !first
              && !entries.get(i - 1).keeps()
              && rules.isParted(path, entries.get(i - 1).neighbour(), entry.neighbour());
      if (parted && (leading.isEmpty() || !leading.getFirst().isEmpty())) out.add("");
      out.addAll(leading);
      out.addAll(entry.lines());
    }
    out.addAll(tail);
    return new Body(out, out.getFirst().stripLeading().startsWith("#"));
  }

  private static boolean isBlock(Written.Node node) {
    return node instanceof Written.Fields || node instanceof Written.Items;
  }

  private int end(Written.Node key) {
    return switch (key) {
      case Written.Leaf l when !l.block() -> l.end();
      case Written.Flow f -> f.end();
      default -> throw new UnforeseenLayout();
    };
  }

  // --- values

  private List<String> item(Written.Node node, int indent, int column, List<String> path) {
    var head = " ".repeat(indent) + "-";
    if (!isBlock(node)) return value(node, head, indent, column, path);
    var begin = begin(node, head);
    var body = block(node, indent + 2, column, path);
    if (begin.equals(head) && !body.commented()) {
      var lines = new ArrayList<>(body.lines());
      lines.set(0, head + " " + lines.getFirst().strip());
      return lines;
    }
    return concat(begin, body.lines());
  }

  /** A key or a dash with what belongs to it. */
  private List<String> value(
      Written.Node node, String head, int indent, int column, List<String> path) {
    keeps = false;
    if (isBlock(node))
      return concat(begin(node, head), block(node, indent + 2, column, path).lines());
    if (node instanceof Written.Leaf l && l.start() == l.end()) return List.of(head + trailing());
    var gap = Gap.between(text, at, node.start());
    boolean below = text.substring(at, node.start()).indexOf('\n') >= 0;
    var out = new ArrayList<String>();
    var line = head;
    if (below) {
      out.add(head + gap.trailing());
      out.addAll(written(gap.lines().stream().filter(l -> !l.isBlank()).toList(), indent + 2));
      line = " ".repeat(indent + 2);
    } else {
      line += " ".repeat(alignment.blanks(node.start()));
    }
    var lines = inline(node, line.length(), indent, column);
    out.add(line + lines.getFirst());
    out.addAll(lines.subList(1, lines.size()));
    boolean block = node instanceof Written.Leaf l && l.block();
    if (!block) out.set(out.size() - 1, out.getLast() + trailing());
    return out;
  }

  private List<String> inline(Written.Node node, int start, int indent, int column) {
    switch (node) {
      case Written.Leaf l when l.block() -> {
        var block = leaves.block(l, column, indent);
        // an empty last line is one of its own
        at = Math.min(block.end() + 1, text.length());
        keeps = block.keeps();
        return block.lines();
      }
      case Written.Leaf l -> {
        at = l.end();
        return leaves.lines(l, indent);
      }
      case Written.Flow f -> {
        at = f.end();
        return new FlowPrinter(text, alignment, indent).lines(f, start);
      }
      default -> throw new IllegalStateException("in lines");
    }
  }

  private Body block(Written.Node node, int indent, int column, List<String> path) {
    return switch (node) {
      case Written.Fields f -> fields(f, indent, column, path);
      case Written.Items i -> items(i, indent, column, path);
      default -> throw new IllegalStateException("in one line");
    };
  }

  /** A key or a dash with the anchor and the tag of the block below it, and a comment. */
  private String begin(Written.Node node, String head) {
    int first = node instanceof Written.Fields f ? f.first() : ((Written.Items) node).first();
    var line = head;
    if (node.start() < first) {
      var properties = text.substring(node.start(), first).lines().findFirst().orElse("");
      if (Gap.skip(text, at) != node.start()) throw new UnforeseenLayout();
      int comment = properties.indexOf(" #");
      if (comment >= 0) properties = properties.substring(0, comment);
      line += " " + properties.strip();
      at = node.start() + properties.stripTrailing().length();
    }
    return line + trailing();
  }

  private static List<String> concat(String first, List<String> rest) {
    var lines = new ArrayList<String>();
    lines.add(first);
    lines.addAll(rest);
    return lines;
  }

  // --- between

  /** The comment behind what was written last, on its line. */
  private String trailing() {
    int end = Gap.lineEnd(text, at, text.length());
    var rest = text.substring(at, end).strip();
    if (!rest.startsWith("#")) return "";
    var comment = Gap.between(text, at, end).trailing();
    at = end;
    return comment;
  }

  /** Comments and blank lines before something. */
  private List<String> leading(int start, int indent) {
    var gap = Gap.between(text, at, Math.min(start, text.length()));
    if (!gap.trailing().isEmpty()) throw new UnforeseenLayout();
    at = start;
    return written(gap.lines(), indent);
  }

  /** Comments behind the last entry that are indented as the entries, and more than the parent. */
  private List<String> tail(int column, int parent, int indent) {
    var gap = Gap.between(text, at, Gap.skip(text, at));
    var mine = new ArrayList<Gap.Line>();
    var waiting = new ArrayList<Gap.Line>();
    for (var line : gap.lines()) {
      waiting.add(line);
      if (line.isBlank()) continue;
      if (line.column() < column || line.column() <= parent) break;
      mine.addAll(waiting);
      waiting.clear();
      at = line.end();
    }
    if (!mine.isEmpty()) keeps = false;
    return written(mine, indent);
  }

  /** At their new place, never two blank ones together. */
  private List<String> written(List<Gap.Line> lines, int indent) {
    var out = new ArrayList<String>();
    for (var line : lines) {
      if (!line.isBlank()) out.add(" ".repeat(indent) + line.text());
      else if (out.isEmpty() || !out.getLast().isEmpty()) out.add("");
    }
    return out;
  }
}
