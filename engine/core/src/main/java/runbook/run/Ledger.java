package runbook.run;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the journal amounts to: which steps ended and with what, which only began, what they noted.
 */
public final class Ledger {
  private final Map<String, Object> finished = new LinkedHashMap<>();
  private final Set<String> skipped = new HashSet<>();
  private final Set<String> passed = new HashSet<>();
  private final Set<String> open = new HashSet<>();
  private final Map<String, Long> attempts = new LinkedHashMap<>();
  private final Map<String, Map<String, Object>> notes = new LinkedHashMap<>();

  public Ledger(List<Event> events) {
    events.forEach(this::add);
  }

  public synchronized void add(Event event) {
    switch (event) {
      case Event.Started e -> {
        open.add(e.step());
        attempts.put(e.step(), e.attempt());
      }
      case Event.Finished e -> {
        open.remove(e.step());
        finished.put(e.step(), e.outputs());
      }
      case Event.Failed e -> open.remove(e.step());
      case Event.Skipped e -> skipped.add(e.step());
      case Event.Passed e -> passed.add(e.checkpoint());
      case Event.Noted e ->
          notes.computeIfAbsent(e.step(), _ -> new LinkedHashMap<>()).put(e.name(), e.value());
      case Event.Began _, Event.Resumed _, Event.Recovered _, Event.Ended _ -> {}
    }
  }

  /** Outputs of a step that ended, in their written form. */
  public synchronized Optional<Object> outputs(String step) {
    return Optional.ofNullable(finished.get(step));
  }

  public synchronized boolean isSkipped(String step) {
    return skipped.contains(step);
  }

  public synchronized boolean isPassed(String checkpoint) {
    return passed.contains(checkpoint);
  }

  /** Whether the step began and nobody knows how it ended. */
  public synchronized boolean isOpen(String step) {
    return open.contains(step);
  }

  /** How often the step was begun. */
  public synchronized long attempts(String step) {
    return attempts.getOrDefault(step, 0L);
  }

  public synchronized Optional<Object> note(String step, String name) {
    return Optional.ofNullable(notes.getOrDefault(step, Map.of()).get(name));
  }

  /** Steps that ended, in the order in which they did, with their outputs. */
  public synchronized Map<String, Object> finished() {
    return new LinkedHashMap<>(finished);
  }
}
