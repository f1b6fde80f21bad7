package runbook.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import runbook.yaml.Yaml;

/**
 * A scalar and the way to it from the root.
 *
 * @param links the collections that it is in, the outermost first
 * @param isKey whether it is the key of the last link's entry
 */
record Spot(List<Link> links, Yaml.Scalar scalar, boolean isKey) {
  /**
   * @param entry the one of a map that leads on; empty in a list
   */
  record Link(Yaml container, Optional<Yaml.Entry> entry) {
    String key() {
      return entry.map(e -> e.key().text()).orElse("-");
    }
  }

  /** Every scalar of a tree. */
  static Stream<Spot> all(Yaml root) {
    var found = new ArrayList<Spot>();
    collect(root, List.of(), found);
    return found.stream();
  }

  /** The first that is wanted. */
  static Optional<Spot> find(Yaml root, Predicate<Yaml.Scalar> wanted) {
    return all(root).filter(s -> wanted.test(s.scalar)).findFirst();
  }

  /** The scalar that the offset touches. */
  static Optional<Spot> at(Yaml root, int offset) {
    return find(root, s -> s.span().start() <= offset && offset <= s.span().end());
  }

  private static void collect(Yaml node, List<Link> links, List<Spot> found) {
    switch (node) {
      case Yaml.Scalar s -> found.add(new Spot(links, s, false));
      case Yaml.Sequence s ->
          s.items().forEach(i -> collect(i, with(links, new Link(s, Optional.empty())), found));
      case Yaml.Mapping m -> {
        for (var e : m.entries()) {
          var inner = with(links, new Link(m, Optional.of(e)));
          found.add(new Spot(inner, e.key(), true));
          collect(e.value(), inner, found);
        }
      }
    }
  }

  private static List<Link> with(List<Link> links, Link last) {
    var longer = new ArrayList<>(links);
    longer.add(last);
    return List.copyOf(longer);
  }

  /** The keys on the way, and {@code -} for elements. */
  List<String> path() {
    return links.stream().map(Link::key).toList();
  }

  /** Whether it is the key at this path, or the value. */
  boolean is(boolean key, String... path) {
    return isKey == key && path().equals(List.of(path));
  }

  /** The key whose value this is, or whose list has it. */
  String owner() {
    for (var link : links.reversed()) if (link.entry().isPresent()) return link.key();
    return "";
  }

  /** The offset in its text that stands at an offset of the source. */
  int textOffset(int offset) {
    int low = 0;
    int high = scalar.text().length();
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (scalar.at(middle, middle).start() <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
