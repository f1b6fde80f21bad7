package runbook.sandbox.store;

import java.util.Optional;

/**
 * How something is deleted.
 *
 * @param grace seconds that a pod has to end; its own when empty
 * @param uid only the object with this identity
 * @param version only in this version
 */
public record Deletion(
    Optional<Long> grace, Propagation propagation, Optional<String> uid, Optional<String> version) {

  /** What becomes of the objects that it owns. */
  public enum Propagation {
    /** They go after it. */
    BACKGROUND,
    /** They go before it. */
    FOREGROUND,
    /** They stay, and nobody owns them. */
    ORPHAN
  }

  /** The usual one. */
  public static final Deletion USUAL =
      new Deletion(Optional.empty(), Propagation.BACKGROUND, Optional.empty(), Optional.empty());

  /** At once, as a node that saw the end of a pod asks for it. */
  public static Deletion now(String uid) {
    return new Deletion(
        Optional.of(0L), Propagation.BACKGROUND, Optional.of(uid), Optional.empty());
  }
}
