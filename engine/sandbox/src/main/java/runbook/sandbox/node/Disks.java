package runbook.sandbox.node;

import java.io.IOException;
import java.nio.file.Path;

/** Where block storage lies that was attached to this node. */
@FunctionalInterface
public interface Disks {
  /**
   * The folder that a volume is.
   *
   * @param handle as the PersistentVolume names it for its driver
   * @throws IOException when there is no such volume
   */
  Path folder(String handle) throws IOException;
}
