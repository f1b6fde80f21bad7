package runbook.yaml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * The nodes of a YAML text as they are written: other than in the tree of values, an alias is an
 * alias, and every node has the very offsets of its characters.
 */
final class Written {
  /** A node, from its first character (of its anchor or tag) to behind its last one. */
  sealed interface Node {
    int start();
  }

  /** A scalar or an alias; one that is not there has no characters. */
  record Leaf(int start, int end, boolean block, String value) implements Node {}

  /**
   * A collection in brackets.
   *
   * @param leaves all that is in it, at any depth, in order
   */
  record Flow(int start, int end, List<Leaf> leaves) implements Node {}

  /**
   * A list of lines that begin with a dash.
   *
   * @param first the first dash
   */
  record Items(int start, int first, List<Node> items) implements Node {}

  /**
   * A map of lines that begin with a key.
   *
   * @param first the first key
   */
  record Fields(int start, int first, List<Pair> pairs) implements Node {}

  record Pair(Node key, Node value) {}

  private final Offsets offsets;
  private final Iterator<Event> events;

  private final String text;

  private Written(String text) {
    this.text = text;
    this.offsets = new Offsets(text);
    this.events = new Parse(YamlComposer.SETTINGS).parseString(text).iterator();
  }

  /** The root of a text that is known to be one document. */
  static Node read(String text) {
    var self = new Written(text);
    while (self.events.hasNext()) {
      if (self.events.next().getEventId() == Event.ID.DocumentStart)
        return self.node(self.events.next());
    }
    throw new IllegalArgumentException("no document");
  }

  private Node node(Event event) {
    return switch (event) {
      case ScalarEvent _, AliasEvent _ -> leaf(event);
      case CollectionStartEvent c when c.isFlow() -> flow(c);
      case CollectionStartEvent c when c.getEventId() == Event.ID.SequenceStart -> {
        var items = new ArrayList<Node>();
        for (var e = events.next(); e.getEventId() != Event.ID.SequenceEnd; e = events.next())
          items.add(node(e));
        yield new Items(start(c), firstDash(start(c)), List.copyOf(items));
      }
      default -> {
        var pairs = new ArrayList<Pair>();
        for (var e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next())
          pairs.add(new Pair(node(e), node(events.next())));
        yield new Fields(start(event), pairs.getFirst().key().start(), List.copyOf(pairs));
      }
    };
  }

  /** Behind an anchor and a tag. */
  private int firstDash(int start) {
    int at = start;
    while (text.charAt(at) == '&' || text.charAt(at) == '!') {
      while (!Character.isWhitespace(text.charAt(at))) at++;
      at = Gap.skip(text, at);
    }
    return at;
  }

  private Leaf leaf(Event event) {
    var scalar = event instanceof ScalarEvent s ? s : null;
    boolean block =
        scalar != null
            && (scalar.getScalarStyle() == ScalarStyle.LITERAL
                || scalar.getScalarStyle() == ScalarStyle.FOLDED);
    return new Leaf(
        start(event),
        offset(event.getEndMark().orElseThrow()),
        block,
        scalar == null ? "" : scalar.getValue());
  }

  private Flow flow(Event begin) {
    var leaves = new ArrayList<Leaf>();
    for (int depth = 1; ; ) {
      var event = events.next();
      switch (event.getEventId()) {
        case SequenceStart, MappingStart -> depth++;
        case SequenceEnd, MappingEnd -> depth--;
        default -> {
          var leaf = leaf(event);
          if (leaf.end() > leaf.start()) leaves.add(leaf);
        }
      }
      if (depth == 0)
        return new Flow(
            start(begin), offset(event.getEndMark().orElseThrow()), List.copyOf(leaves));
    }
  }

  private int start(Event event) {
    return offset(event.getStartMark().orElseThrow());
  }

  private int offset(Mark mark) {
    return offsets.of(mark.getIndex());
  }
}
