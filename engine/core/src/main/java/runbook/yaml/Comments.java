package runbook.yaml;

import java.util.List;

/** Finds the comments of a text: what begins with {@code #} and is within no scalar. */
final class Comments {
  private final String text;
  private final List<String> found;
  private int at;

  Comments(String text, List<String> found) {
    this.text = text;
    this.found = found;
  }

  /** Adds those of a whole text. */
  void in(Written.Node root) {
    node(root, -1);
    until(text.length());
  }

  private void node(Written.Node node, int parent) {
    switch (node) {
      case Written.Leaf leaf -> leaf(leaf, parent);
      case Written.Flow flow -> {
        flow.leaves().forEach(l -> leaf(l, parent));
        until(flow.end());
      }
      case Written.Items(var _, var first, var items) ->
          items.forEach(i -> node(i, Gap.column(text, first)));
      case Written.Fields(var _, var _, var pairs) ->
          pairs.forEach(p -> {
            int column = Gap.column(text, p.key().start());
            node(p.key(), column);
            node(p.value(), column);
          });
    }
  }

  private void leaf(Written.Leaf leaf, int parent) {
    until(leaf.start());
    if (!leaf.block()) {
      at = Math.max(at, leaf.end());
      return;
    }
    // its first line may have a comment
    until(Gap.lineEnd(text, leaf.start(), text.length()));
    at = new LeafPrinter(text).block(leaf, parent, 0).end();
  }

  private void until(int end) {
    for (; at < end; at++) {
      if (text.charAt(at) != '#' || at > 0 && !Character.isWhitespace(text.charAt(at - 1)))
        continue;
      int line = Gap.lineEnd(text, at, text.length());
      found.add(text.substring(at, line).strip());
      at = line;
    }
    at = Math.max(at, end);
  }
}
