package runbook.yaml;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows where an author put things below one another: more than one blank before something is meant
 * if the line above or below has something that begins in the same column.
 */
final class Alignment {
  private final String text;
  private final Map<Integer, Set<Integer>> columns = new HashMap<>();

  Alignment(String text, Written.Node root) {
    this.text = text;
    add(root);
  }

  private void add(Written.Node node) {
    switch (node) {
      case Written.Leaf leaf -> mark(leaf.start());
      case Written.Flow flow -> {
        mark(flow.start());
        for (var token : FlowPrinter.tokens(text, flow)) if (token.isBegin()) mark(token.start());
      }
      case Written.Items(var _, var _, var items) -> items.forEach(this::add);
      case Written.Fields(var _, var _, var pairs) ->
          pairs.forEach(p -> {
            add(p.key());
            add(p.value());
          });
    }
  }

  private void mark(int offset) {
    if (offset > 0 && offset < text.length() && text.charAt(offset - 1) == ' ')
      columns.computeIfAbsent(lineStart(offset), _ -> new HashSet<>()).add(column(offset));
  }

  /** How many blanks to write before what begins there. */
  int blanks(int offset) {
    int start = lineStart(offset);
    int blanks = 0;
    while (offset - blanks > start && text.charAt(offset - blanks - 1) == ' ') blanks++;
    if (blanks < 2) return 1;
    int above = start == 0 ? -1 : lineStart(start - 1);
    int below = text.indexOf('\n', offset) + 1;
    return has(above, column(offset)) || has(below, column(offset)) ? blanks : 1;
  }

  private boolean has(int lineStart, int column) {
    return columns.getOrDefault(lineStart, Set.of()).contains(column);
  }

  private int lineStart(int offset) {
    return text.lastIndexOf('\n', offset - 1) + 1;
  }

  private int column(int offset) {
    return offset - lineStart(offset);
  }
}
