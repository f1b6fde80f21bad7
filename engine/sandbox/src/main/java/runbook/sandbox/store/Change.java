package runbook.sandbox.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import runbook.sandbox.schema.Resource;

/**
 * One change of one object.
 *
 * @param object as it is now; of what was deleted, as it was last, with the version of its end
 * @param before as it was; empty when it was created
 */
public record Change(
    Type type, Resource resource, long version, ObjectNode object, Optional<ObjectNode> before) {

  /** As watches name it. */
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }
}
