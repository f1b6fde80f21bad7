package runbook.sandbox.linode;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** Copies the content of a folder into another one, by cp. */
final class Copy {
  private static final int HOURS = 6;

  /** Ends when this program does, however it ends: then the pipe to it is closed. */
  private static final String SCRIPT =
      """
      exec 3<&0
      cp -a --reflink=auto "$1/." "$2" & copy=$!
      (cat <&3 >/dev/null; kill $copy 2>/dev/null) & watch=$!
      wait $copy; code=$?
      kill $watch 2>/dev/null
      exit $code
      """;

  private Copy() {}

  /**
   * @param to it is there, and empty
   * @param said a file for what cp says; it is removed. No pipe: waiting for a process can be
   *     interrupted, reading cannot
   * @return how many bytes there are in it
   */
  static long of(Path from, Path to, Path said) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("sh", "-c", SCRIPT, "copy", from.toString(), to.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("LC_ALL", "C");
    var cp = builder.start();
    try {
      if (!cp.waitFor(HOURS, TimeUnit.HOURS)) throw new IOException("The copy took too long.");
      if (cp.exitValue() != 0) requireOnlyVanished(Files.readString(said));
    } finally {
      cp.destroyForcibly();
      Files.deleteIfExists(said);
    }
    return bytes(to);
  }

  /** What is in use changes while it is copied; a file that went away is no failure. */
  private static void requireOnlyVanished(String words) throws IOException {
    boolean others = words.lines().anyMatch(line -> !line.endsWith(": No such file or directory"));
    if (words.isBlank() || others) throw new IOException("The copy failed: " + words.strip());
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
}
