package runbook.check;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import runbook.action.Touches.Thing;

/**
 * What is known of things, found by what names them: their expression, or what it is by default.
 */
final class ThingMap<T> {
  private record Key(Thing thing, Object name) {}

  private record Entry<T>(Thing thing, Named named, T what) {}

  private final Map<Key, Entry<T>> all;

  ThingMap() {
    this.all = new HashMap<>();
  }

  private ThingMap(ThingMap<T> other) {
    this.all = new HashMap<>(other.all);
  }

  ThingMap<T> copy() {
    return new ThingMap<>(this);
  }

  void put(Thing thing, Named named, T what) {
    var entry = new Entry<>(thing, named, what);
    keys(thing, named).forEach(key -> all.put(key, entry));
  }

  Optional<T> get(Thing thing, Named named) {
    return entry(thing, named).map(Entry::what);
  }

  void remove(Thing thing, Named named) {
    entry(thing, named).ifPresent(e -> keys(e.thing, e.named).forEach(all::remove));
  }

  void removeIf(Predicate<T> which) {
    all.values().removeIf(e -> which.test(e.what));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  void addAll(ThingMap<T> other) {
    all.putAll(other.all);
  }

  private Optional<Entry<T>> entry(Thing thing, Named named) {
    return keys(thing, named).flatMap(k -> Stream.ofNullable(all.get(k))).findFirst();
  }

  /** An expression is no text: one that is written like it is something else. */
  private static Stream<Key> keys(Thing thing, Named named) {
    return Stream.concat(Stream.of(named.symbol()), named.values().stream().map(Object.class::cast))
        .map(name -> new Key(thing, name instanceof Symbol s ? new Expression(s.text()) : name));
  }

  private record Expression(String text) {}
}
