package runbook.sandbox.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;

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

  /**
   * @throws StatusException when the object is not the one that is meant
   */
  void check(Resource resource, ObjectNode object) {
    check(resource, object, "UID", uid, "metadata.uid");
    check(resource, object, "ResourceVersion", version, "metadata.resourceVersion");
  }

  private static void check(
      Resource resource, ObjectNode object, String what, Optional<String> wanted, String path) {
    var is = Json.text(object, path);
    if (wanted.isEmpty() || wanted.get().equals(is)) return;
    throw StatusException.conflict(
        resource,
        Json.text(object, "metadata.name"),
        "the %1$s in the precondition (%2$s) does not match the %1$s in record (%3$s). The object might have been %4$s"
            .formatted(
                what,
                wanted.get(),
                is,
                what.equals("UID") ? "deleted and then recreated" : "modified"));
  }
}
