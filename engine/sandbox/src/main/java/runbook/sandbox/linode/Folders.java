package runbook.sandbox.linode;

import java.io.IOException;
import java.nio.file.Path;

/** What volumes are on this machine: a folder each. */
public interface Folders {
  /** Where the content of a volume lies, as the pods' world sees it. */
  Path of(long id);

  /** Empty, as a fresh ext4 is: initdb refuses such a root because of what lies in it. */
  void create(long id, long gib) throws IOException;

  /**
   * A new volume with the content of another one; owners, modes and times are the same.
   *
   * @return how many bytes there are in it
   */
  long copy(long from, long to, long gib) throws IOException, InterruptedException;

  void resize(long id, long gib) throws IOException;

  /**
   * Makes a volume as large as what is in it, so that nothing more can be written; or as large as
   * it was again.
   *
   * @throws IOException in words for people, where it cannot be
   */
  void fill(long id, boolean full) throws IOException;

  void delete(long id) throws IOException;
}
