package runbook.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;

/** Makes trees of what the library reads, document by document. */
final class YamlComposer {
  static final int DEEPEST = 100;

  /** How much aliases may stand for, in nodes: more is nothing that a person wrote. */
  private static final long MOST_ALIASED = 10_000;

  static final LoadSettings SETTINGS =
      LoadSettings.builder().setUseMarks(true).setCodePointLimit(Integer.MAX_VALUE).build();

  private final Problems problems;
  private final boolean mergeable;
  private final Marks marks;
  private final Iterator<Event> events;
  private Optional<Event> ahead = Optional.empty();
  private Span here;
  private boolean unsound;

  /** What an anchor names, and how many nodes it is. */
  private record Anchored(Yaml yaml, long size) {}

  private final Map<Anchor, Anchored> anchored = new HashMap<>();
  private final Set<Anchor> open = new HashSet<>();
  private long size;
  private long aliased;

  /**
   * @param mergeable whether a map may take over entries of others with the merge key {@code <<}
   */
  YamlComposer(Source source, boolean mergeable, Problems problems) {
    this.mergeable = mergeable;
    this.problems = problems;
    this.marks = new Marks(source);
    this.here = new Span(source, 0, 0);
    this.events = new Parse(SETTINGS).parseString(source.text()).iterator();
  }

  /** It is nested too deeply to be read on. */
  static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1;
    final transient Span at;

    private TooDeep(Span at) {
      super(null, null, false, false);
      this.at = at;
    }
  }

  /** The library failed in a way that it does not declare. */
  static final class LibraryFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private LibraryFault(RuntimeException cause) {
      super(cause);
    }
  }

  /** Whether something was left out of a tree, and said. */
  boolean isUnsound() {
    return unsound;
  }

  Marks marks() {
    return marks;
  }

  /** Where reading stands. */
  Span here() {
    return here;
  }

  Optional<Yaml> document() {
    while (true) {
      switch (peek().getEventId()) {
        case StreamEnd -> {
          return Optional.empty();
        }
        case StreamStart, DocumentEnd -> next();
        case DocumentStart -> {
          next();
          anchored.clear();
          return Optional.of(node(0));
        }
        default -> throw new IllegalStateException("no document begins with " + peek());
      }
    }
  }

  private Event peek() {
    if (ahead.isEmpty()) ahead = Optional.of(read());
    return ahead.get();
  }

  private Event next() {
    var event = peek();
    ahead = Optional.empty();
    here = marks.span(event.getStartMark().orElseThrow());
    return event;
  }

  private Event read() {
    try {
      return events.next();
    } catch (MarkedYamlEngineException | NumberFormatException known) {
      throw known;
    } catch (RuntimeException e) {
      throw new LibraryFault(e);
    }
  }

  private Yaml node(int depth) {
    var event = next();
    if (event instanceof AliasEvent alias) return alias(alias);
    if (depth > DEEPEST) throw new TooDeep(here);
    var anchor = ((NodeEvent) event).getAnchor();
    long before = size++;
    anchor.ifPresent(open::add);
    var yaml =
        switch (event) {
          case ScalarEvent s -> {
            tag(s.getTag());
            size += s.getValue().length() / 100;
            yield new Yaml.Scalar(s.getValue(), style(s.getScalarStyle()), marks.span(s, s));
          }
          case CollectionStartEvent c -> {
            tag(c.getTag());
            yield c instanceof MappingStartEvent ? mapping(c, depth) : sequence(c, depth);
          }
          default -> throw new IllegalStateException("no such node: " + event);
        };
    anchor.ifPresent(a -> {
      open.remove(a);
      anchored.put(a, new Anchored(yaml, size - before));
    });
    return yaml;
  }

  private void tag(Optional<String> tag) {
    if (tag.isEmpty()) return;
    unsound = true;
    problems.error(
        Code.YAML_TAG,
        marks.word(here),
        "A tag, such as `!!int` or `!name`, means nothing here.",
        "Take it out; quotes make a text of a number, and a text that begins with `!` is quoted.");
  }

  /** What an anchor names, once more; the trees are shared. */
  private Yaml alias(AliasEvent alias) {
    var known = Optional.ofNullable(anchored.get(alias.getAlias()));
    var span = marks.span(alias, alias);
    boolean before = aliased > MOST_ALIASED;
    aliased += known.map(Anchored::size).orElse(0L);
    size += known.map(Anchored::size).orElse(1L);
    if (open.contains(alias.getAlias())) {
      return wrong(span, "This alias stands for something that contains it.", Optional.empty());
    }
    if (known.isEmpty()) {
      return wrong(
          span,
          "This alias has no anchor.",
          Optional.of("Quote a text that begins with `*`; an anchor, `&name`, stands before it."));
    }
    if (before) return known.get().yaml(); // said once
    if (aliased > MOST_ALIASED) {
      return wrong(
          span,
          "The aliases up to here stand for more than " + MOST_ALIASED + " values.",
          Optional.of("Write out what is meant, or use a parameter."));
    }
    return known.get().yaml();
  }

  private Yaml wrong(Span at, String message, Optional<String> hint) {
    unsound = true;
    problems.error(Code.YAML_ALIAS, at, message, hint);
    return new Yaml.Scalar("", Yaml.Style.PLAIN, at);
  }

  private Yaml sequence(CollectionStartEvent start, int depth) {
    var items = new ArrayList<Yaml>();
    while (peek().getEventId() != Event.ID.SequenceEnd) items.add(node(depth + 1));
    return new Yaml.Sequence(List.copyOf(items), marks.span(start, next()));
  }

  private Yaml mapping(CollectionStartEvent start, int depth) {
    var entries = new ArrayList<Yaml.Entry>();
    var merged = new ArrayList<Yaml.Entry>();
    Map<String, Span> first = new HashMap<>();
    while (peek().getEventId() != Event.ID.MappingEnd) {
      var key = node(depth + 1);
      var value = node(depth + 1);
      if (!(key instanceof Yaml.Scalar word)) {
        problems.error(
            Code.YAML_KEY,
            key.span(),
            "A key is a single word, not a list or a map.",
            "A text that begins with `{` or `[` has to be quoted.");
      } else if (word.text().equals("<<") && word.style() == Yaml.Style.PLAIN) {
        merged.addAll(merged(word, value));
      } else if (isNew(word, first)) {
        entries.add(new Yaml.Entry(word, value));
      }
    }
    // what the map says itself goes before what it takes over
    for (var e : merged)
      if (first.putIfAbsent(e.key().text(), e.key().span()) == null) entries.add(e);
    return new Yaml.Mapping(List.copyOf(entries), marks.span(start, next()));
  }

  private boolean isNew(Yaml.Scalar key, Map<String, Span> first) {
    var earlier = first.putIfAbsent(key.text(), key.span());
    if (earlier == null) return true;
    problems.error(
        Code.DUPLICATE_KEY,
        key.span(),
        "The key `" + key.text() + "` is here a second time.",
        "It was first given in line " + earlier.line() + ".");
    return false;
  }

  private List<Yaml.Entry> merged(Yaml.Scalar key, Yaml value) {
    var sources = value instanceof Yaml.Sequence s ? s.items() : List.of(value);
    boolean maps = sources.stream().allMatch(Yaml.Mapping.class::isInstance);
    if (mergeable && maps)
      return sources.stream().flatMap(m -> ((Yaml.Mapping) m).entries().stream()).toList();
    unsound = true;
    problems.error(
        Code.YAML_MERGE,
        key.span(),
        mergeable
            ? "`<<` takes over the entries of a map, or of a list of maps."
            : "Maps cannot be merged: YAML 1.2 has no `<<`.",
        "Write the keys out, or let an alias be the whole value.");
    return List.of();
  }

  private static Yaml.Style style(ScalarStyle style) {
    return switch (style) {
      case SINGLE_QUOTED -> Yaml.Style.SINGLE_QUOTED;
      case DOUBLE_QUOTED -> Yaml.Style.DOUBLE_QUOTED;
      case LITERAL -> Yaml.Style.LITERAL;
      case FOLDED -> Yaml.Style.FOLDED;
      default -> Yaml.Style.PLAIN;
    };
  }
}
