package runbook.sandbox.control;

import java.time.Duration;

/** The block storage that claims are provisioned from. */
public interface Disks {
  /**
   * A disk.
   *
   * @param size in GiB
   */
  record Disk(long id, String label, long size) {}

  /** Why something cannot be done, in the storage's own words. */
  final class DiskException extends Exception {
    private static final long serialVersionUID = 1;

    public DiskException(String message) {
      super(message);
    }
  }

  /** Makes a disk, and waits until it can be used; the one of that label where it is there. */
  Disk create(String label, long size, Duration limit) throws DiskException, InterruptedException;

  void resize(long id, long size) throws DiskException, InterruptedException;

  /** Deletes a disk; nothing where there is none. */
  void delete(long id) throws DiskException, InterruptedException;

  /** Attaches it to the node, and waits until it is. */
  void attach(long id, Duration limit) throws DiskException, InterruptedException;

  /** Detaches it, and waits until it is. */
  void detach(long id, Duration limit) throws DiskException, InterruptedException;
}
