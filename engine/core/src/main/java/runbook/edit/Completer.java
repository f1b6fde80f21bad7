package runbook.edit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.action.ActionType;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.edit.Shape.Key;
import runbook.edit.Suggestion.Kind;
import runbook.type.FileRef;
import runbook.type.Type;
import runbook.type.Type.Simple;
import runbook.yaml.Yaml;

/**
 * Finds what may be typed at a place: puts a word there that nobody types, and looks where it comes
 * to stand in the tree.
 */
final class Completer {
  private static final String MARK = "heStopsToThinkHere";
  private static final Shape FREE = new Shape.Free();

  private final Source source;
  private final int cursor;
  private final Path folder;
  private final Outline outline;
  private final Grammar grammar;
  private final Meanings meanings;
  private final Optional<Spot> spot;

  Completer(Source source, int cursor, Path folder, UsedPlans used) {
    this.source = source;
    this.cursor = cursor;
    this.folder = folder;
    var text = source.text();
    var marked =
        TolerantReader.read(
            new Source(source.name(), text.substring(0, cursor) + MARK + text.substring(cursor)));
    this.outline = Outline.of(marked);
    this.grammar = new Grammar(f -> used.outline(f).parameters());
    this.meanings = new Meanings(outline, used);
    this.spot = Spot.find(marked, s -> s.text().contains(MARK));
  }

  List<Suggestion> suggestions() {
    return spot.map(this::suggestions).orElse(List.of());
  }

  private List<Suggestion> suggestions(Spot at) {
    var text = at.scalar().text();
    int mark = text.indexOf(MARK);
    if (Reference.isExpression(text, mark)) return names(text, mark, at);
    var prefix = text.substring(0, mark);
    var shape = grammar.at(at);
    if (at.isKey() || isOwnLine(at)) {
      var keys = keys(shape, at, prefix);
      if (at.isKey() || !keys.isEmpty()) return keys;
    }
    return values(shape, at, prefix);
  }

  /** Whether a map could begin there: not behind its key in the same line. */
  private boolean isOwnLine(Spot at) {
    int start = at.scalar().span().start();
    var line = source.text().substring(source.text().lastIndexOf('\n', start - 1) + 1, start);
    return line.matches("[ -]*");
  }

  private List<Suggestion> names(String text, int mark, Spot at) {
    var found = Reference.at(text, mark + 1);
    if (found.isEmpty()) return List.of();
    var names = found.get().names();
    var prefix = text.substring(found.get().last().from(), mark);
    return offered(meanings.members(names.subList(0, names.size() - 1), at), Kind.NAME, prefix, "");
  }

  private List<Suggestion> keys(Shape shape, Spot at, String prefix) {
    var map =
        at.isKey() && at.links().getLast().container() instanceof Yaml.Mapping m
            ? Optional.of(m)
            : Optional.<Yaml.Mapping>empty();
    var there = map.stream().flatMap(m -> m.entries().stream()).map(e -> e.key().text()).toList();
    var keys = grammar.keys(shape, map).stream().filter(k -> !there.contains(k.name())).toList();
    boolean colon = source.text().startsWith(":", wordEnd());
    return offered(keys, Kind.KEY, prefix, colon ? "" : ": ");
  }

  private List<Suggestion> values(Shape shape, Spot at, String prefix) {
    return switch (shape) {
      case Shape.Value(Type.Choice(var words)) -> words(words, Kind.WORD, prefix);
      case Shape.Value(var type) when type == Simple.BOOLEAN ->
          words(List.of("true", "false"), Kind.WORD, prefix);
      case Shape.Value(var type) when type == Simple.FILE -> words(places(":"), Kind.NAME, prefix);
      case Shape.Value(var type) when type == Simple.PATH -> files(prefix, "");
      case Shape.PlanFile _ -> files(prefix, ".yaml");
      case Shape.PlaceName _ -> words(places(""), Kind.NAME, prefix);
      case Shape.CheckpointName _ -> words(passed(at), Kind.NAME, prefix);
      case Shape.Keys _ when at.owner().equals("undo") ->
          words(List.of("nothing"), Kind.WORD, prefix);
      default -> List.of();
    };
  }

  private List<String> passed(Spot at) {
    return outline.around(at).stream()
        .flatMap(s -> outline.before(s).stream())
        .flatMap(s -> s.checkpoint().stream())
        .map(Yaml.Scalar::text)
        .toList();
  }

  private List<String> places(String behind) {
    return Stream.concat(Stream.of(FileRef.LOCAL), outline.places().keySet().stream())
        .distinct()
        .map(p -> p + behind)
        .toList();
  }

  private List<Suggestion> words(List<String> words, Kind kind, String prefix) {
    return offered(words.stream().map(w -> new Key(w, "", "", FREE)).toList(), kind, prefix, "");
  }

  /** Files beside the plan, and folders. */
  private List<Suggestion> files(String prefix, String ending) {
    int slash = prefix.lastIndexOf('/') + 1;
    try (var files = Files.list(folder.resolve(prefix.substring(0, slash)))) {
      var names =
          files
              .filter(f -> Files.isDirectory(f) || f.toString().endsWith(ending))
              .map(f -> f.getFileName() + (Files.isDirectory(f) ? "/" : ""))
              .filter(n -> !n.startsWith("."))
              .sorted()
              .toList();
      return words(names, Kind.FILE, prefix.substring(slash));
    } catch (IOException | InvalidPathException e) {
      return List.of();
    }
  }

  private List<Suggestion> offered(List<Key> keys, Kind kind, String prefix, String behind) {
    var replaced = new Span(source, cursor - prefix.length(), wordEnd());
    var begin = prefix.toLowerCase(Locale.ROOT);
    return keys.stream()
        .filter(k -> k.name().toLowerCase(Locale.ROOT).startsWith(begin))
        .map(k ->
            new Suggestion(
                k.name(),
                kind == Kind.KEY && ActionType.named(k.name()).isPresent() ? Kind.ACTION : kind,
                k.detail(),
                k.doc(),
                k.name() + behind,
                replaced))
        .toList();
  }

  /** The end of the word that the cursor is in. */
  private int wordEnd() {
    int end = cursor;
    var text = source.text();
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) end++;
    return end;
  }
}
