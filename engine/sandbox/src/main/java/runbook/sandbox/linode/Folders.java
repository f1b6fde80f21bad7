package runbook.sandbox.linode;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import runbook.sandbox.box.WorldFolder;

/** Volumes as folders of this machine; the sizes of volumes are not enforced. */
final class Folders {
  private static final int COPY_HOURS = 6;

  /** Ends when this program does, however it ends: then the pipe to it is closed. */
  private static final String COPY =
      """
      exec 3<&0
      cp -a --reflink=auto "$1" "$2" & copy=$!
      (cat <&3 >/dev/null; kill $copy 2>/dev/null) & watch=$!
      wait $copy; code=$?
      kill $watch 2>/dev/null
      exit $code
      """;

  private final Path base;

  Folders(Path base) {
    this.base = base;
  }

  Path of(long id) {
    return base.resolve(Long.toString(id));
  }

  /** Empty, as a fresh ext4 is: initdb refuses such a root because of what lies in it. */
  void create(long id) throws IOException {
    Files.createDirectories(of(id));
    Files.setPosixFilePermissions(of(id), PosixFilePermissions.fromString("rwxr-xr-x"));
    var lost = Files.createDirectory(of(id).resolve("lost+found"));
    Files.setPosixFilePermissions(lost, PosixFilePermissions.fromString("rwx------"));
  }

  /**
   * Copies all of it with owners, modes and times; the copy is there when it is whole.
   *
   * @return how many bytes there are in it
   */
  long copy(long from, long to) throws IOException, InterruptedException {
    var part = base.resolve(to + ".part");
    // a file, not a pipe: waiting for the process can be interrupted, reading cannot
    var said = base.resolve(to + ".log");
    var cp =
        new ProcessBuilder("sh", "-c", COPY, "copy", of(from).toString(), part.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      if (!cp.waitFor(COPY_HOURS, TimeUnit.HOURS) || cp.exitValue() != 0)
        throw new IOException("The copy failed: " + Files.readString(said).strip());
    } finally {
      cp.destroyForcibly();
      Files.deleteIfExists(said);
    }
    long bytes = bytes(part);
    Files.move(part, of(to));
    return bytes;
  }

  private static long bytes(Path folder) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) sum[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  void delete(long id) throws IOException {
    WorldFolder.delete(of(id));
    WorldFolder.delete(base.resolve(id + ".part"));
  }
}
