package runbook.sandbox.linode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import runbook.sandbox.box.WorldFolder;

/** Volumes as folders of this machine's disk; their sizes are not enforced. */
public final class FileFolders implements Folders {
  private final Path base;

  /**
   * @param base it has to be there
   */
  public FileFolders(Path base) {
    this.base = base;
  }

  @Override
  public Path of(long id) {
    return base.resolve(Long.toString(id));
  }

  @Override
  public void create(long id, long gib) throws IOException {
    Files.createDirectories(of(id));
    Files.setPosixFilePermissions(of(id), PosixFilePermissions.fromString("rwxr-xr-x"));
    var lost = Files.createDirectory(of(id).resolve("lost+found"));
    Files.setPosixFilePermissions(lost, PosixFilePermissions.fromString("rwx------"));
  }

  @Override
  public long copy(long from, long to, long gib) throws IOException, InterruptedException {
    var part = base.resolve(to + ".part");
    Files.createDirectory(part);
    long bytes = Copy.of(of(from), part, base.resolve(to + ".log"));
    Files.move(part, of(to));
    return bytes;
  }

  @Override
  public void resize(long id, long gib) {
    // what has no limit needs none
  }

  @Override
  public void fill(long id, boolean full) throws IOException {
    throw new IOException(
        "The volumes of this world are folders, which are never full."
            + " Those of a world that says `linode: {disks: memory}` can be.");
  }

  @Override
  public void delete(long id) throws IOException {
    WorldFolder.delete(of(id));
    WorldFolder.delete(base.resolve(id + ".part"));
  }
}
