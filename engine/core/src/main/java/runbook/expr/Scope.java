package runbook.expr;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.type.Type;

/** The names that an expression may use, and their types. */
public interface Scope {
  /**
   * The first names: {@code parameters}, {@code steps}, {@code run}, and {@code item} within a
   * {@code forEach}.
   */
  Set<String> roots();

  /** Names below a root that lists its members one by one ({@code parameters}, {@code steps}). */
  Collection<String> members(String root);

  /**
   * The type of {@code root} or {@code root.member}.
   *
   * @param at where it is used, for a reference that is not there yet; a problem is added by the
   *     scope itself
   */
  Optional<Type> type(String root, Optional<String> member, Span at, Problems problems);

  /** The condition of a step that may have been skipped; empty for one that surely ran. */
  default Optional<String> skippable(String step) {
    return Optional.empty();
  }

  /** Paths such as {@code steps.dump} of what may be absent elsewhere, and is there here. */
  default Set<String> present() {
    return Set.of();
  }
}
