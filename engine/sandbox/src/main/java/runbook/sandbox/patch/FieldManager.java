package runbook.sandbox.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.store.StatusException;

/** Who owns which fields of an object. */
public final class FieldManager {
  private FieldManager() {}

  /**
   * The object with its owners after a create, an update or a patch other than apply.
   *
   * @param before empty when it is new
   */
  public static ObjectNode updated(
      Resource resource,
      Optional<ObjectNode> before,
      ObjectNode after,
      String manager,
      Optional<String> subresource,
      Instant now) {
    return after;
  }

  /**
   * The object after a server-side apply.
   *
   * @throws StatusException with the conflicts, when others own what it changes
   */
  public static ObjectNode applied(
      Resource resource,
      Optional<ObjectNode> live,
      ObjectNode wanted,
      String manager,
      boolean force,
      Optional<String> subresource,
      Instant now) {
    throw StatusException.plain(415, "UnsupportedMediaType", "apply is not served yet");
  }
}
