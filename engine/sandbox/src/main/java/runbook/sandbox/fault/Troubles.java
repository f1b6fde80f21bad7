package runbook.sandbox.fault;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be done to the world; others register it. */
public final class Troubles {
  /** What ends something that is over as soon as it is done. */
  public static final Runnable OVER = () -> {};

  /** Something that can be done. */
  @FunctionalInterface
  public interface Trouble {
    /**
     * Begins it.
     *
     * @param arguments as {@link Registered#takes} says
     * @return what ends it, or {@link #OVER}
     * @throws IllegalArgumentException when the arguments are none
     */
    Runnable begin(ObjectNode arguments) throws Exception;
  }

  /**
   * @param takes the arguments, in words for people
   */
  public record Registered(String name, String takes, boolean isOn) {}

  private record Known(String takes, Trouble trouble) {}

  private final Map<String, Known> known = new LinkedHashMap<>();
  private final Map<String, List<Runnable>> on = new LinkedHashMap<>();

  /** Makes something known that can be done. */
  public synchronized void register(String name, String takes, Trouble trouble) {
    known.put(name, new Known(takes, trouble));
  }

  /** All that can be done. */
  public synchronized List<Registered> all() {
    return known.entrySet().stream()
        .map(e -> new Registered(e.getKey(), e.getValue().takes, on.containsKey(e.getKey())))
        .toList();
  }

  /**
   * Begins a trouble.
   *
   * @throws IllegalArgumentException when there is none of that name, or not with these arguments
   */
  public void begin(String name, ObjectNode arguments) throws Exception {
    Known what;
    synchronized (this) {
      what =
          Optional.ofNullable(known.get(name))
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "There is no trouble `%s`; there are %s."
                          .formatted(name, String.join(", ", known.keySet()))));
    }
    var end = what.trouble.begin(arguments);
    if (end == OVER) return;
    synchronized (this) {
      on.computeIfAbsent(name, _ -> new ArrayList<>()).add(end);
    }
  }

  /** Ends a trouble; nothing happens when it is not on. */
  public void end(String name) {
    List<Runnable> ends;
    synchronized (this) {
      ends = Optional.ofNullable(on.remove(name)).orElse(List.of());
    }
    ends.reversed().forEach(Runnable::run);
  }

  void endAll() {
    for (var trouble : all()) end(trouble.name());
  }
}
