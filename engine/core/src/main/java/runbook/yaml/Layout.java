package runbook.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Source;

/** Brings a YAML text into one layout, with the same values, the same styles and all comments. */
public final class Layout {
  private static final int MOST_PASSES = 12;

  /** What only the owner of a kind of text can know. */
  public interface Rules {
    /**
     * In which order the keys of a map stand; empty: as the author has them. A key that is not
     * among them leaves all as they are.
     *
     * @param path of the map: keys, and {@code -} for an element of a list
     */
    List<String> order(List<String> path, List<String> keys);

    /**
     * Whether a blank line parts two neighbours; where not, one that is there stays.
     *
     * @param path of the collection that they are in
     */
    boolean isParted(List<String> path, Neighbour before, Neighbour after);
  }

  /**
   * An entry or element of a collection.
   *
   * @param collection whether it is a list or a map in lines
   * @param lines how many lines it takes
   */
  public record Neighbour(boolean collection, int lines) {}

  private Layout() {}

  /**
   * The text in its layout; the text itself where it has something that no layout is known for.
   * Empty, with problems, when it cannot be read.
   */
  public static Optional<String> format(Source source, Rules rules, Problems problems) {
    var text = lineFeeds(source.text());
    var faults = new Problems();
    var tree = YamlReader.read(new Source(source.name(), text), faults);
    if (tree.isEmpty() || faults.sorted().stream().anyMatch(Layout::isUnread)) {
      YamlReader.read(source, problems);
      return Optional.empty();
    }
    // what was below something else may not be any more, once that has moved
    var now = text;
    for (int i = 0; i < MOST_PASSES; i++) {
      var next = once(now, rules);
      if (next.equals(now)) return Optional.of(now);
      now = next;
    }
    return Optional.of(text);
  }

  /** Whether the tree may be only a part of the text. */
  private static boolean isUnread(Diagnostic fault) {
    return fault.isError() && fault.code() != Code.DUPLICATE_KEY;
  }

  private static String lineFeeds(String text) {
    var plain = text.replace("\r\n", "\n").replace('\r', '\n');
    return plain.startsWith("\ufeff") ? plain.substring(1) : plain;
  }

  /** One pass, whose result is held against what it was made of. */
  private static String once(String text, Rules rules) {
    try {
      var printed = print(text, rules);
      if (printed.equals(text)) return text;
      return means(printed).equals(means(text)) && comments(printed).equals(comments(text))
          ? printed
          : text;
    } catch (UnforeseenLayout e) {
      return text;
    }
  }

  /** One pass, unchecked. */
  static String print(String text, Rules rules) {
    return new Printer(text, Written.read(text), rules).print();
  }

  private static Optional<Object> means(String text) {
    return YamlReader.read(new Source("", text), new Problems()).flatMap(Yaml::data);
  }

  /** The comments of a text, sorted. */
  static List<String> comments(String text) {
    var found = new ArrayList<String>();
    new Comments(text, found).in(Written.read(text));
    found.sort(null);
    return found;
  }
}
