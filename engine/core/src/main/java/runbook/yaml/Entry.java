package runbook.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * An entry or element as it is to be written.
 *
 * @param leading comments and blank lines before it
 * @param block whether its value is written in lines
 * @param keeps whether blank lines behind it would belong to it
 */
record Entry(String name, List<String> leading, List<String> lines, boolean block, boolean keeps) {

  Layout.Neighbour neighbour() {
    return new Layout.Neighbour(block, lines.size());
  }

  static List<String> names(List<Entry> entries) {
    return entries.stream().map(Entry::name).toList();
  }

  static List<String> below(List<String> path, String name) {
    var longer = new ArrayList<>(path);
    longer.add(name);
    return List.copyOf(longer);
  }

  /**
   * In the wanted order, if every comment stays with what it belongs to: a comment moves with the
   * entry right below it; one that stands apart, before all or behind all, belongs to the whole.
   *
   * @param tail comments behind the last one
   */
  static List<Entry> ordered(List<Entry> entries, List<String> order, List<String> tail) {
    var names = names(entries);
    if (!order.containsAll(names) || new HashSet<>(names).size() < names.size()) return entries;
    var sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingInt(e -> order.indexOf(e.name)));
    boolean apart = entries.stream().anyMatch(e -> e.keeps || isApart(e.leading));
    boolean first = entries.getFirst().leading.isEmpty() || sorted.getFirst() == entries.getFirst();
    return apart || !first || !tail.isEmpty() ? entries : List.copyOf(sorted);
  }

  private static boolean isApart(List<String> leading) {
    return leading.size() > 1 && leading.getLast().isEmpty();
  }
}
