package runbook.action;

import java.util.Optional;

/**
 * What a step must not forget, journalled and forced to disk at once: an action records what was
 * there <em>before</em> it changes it. Values are texts, integers, booleans, lists and maps of
 * them.
 */
public interface Facts {
  void record(String name, Object value);

  /** What this step, in this or an earlier process, recorded last under the name. */
  Optional<Object> recall(String name);

  default Optional<String> text(String name) {
    return recall(name).map(String.class::cast);
  }
}
