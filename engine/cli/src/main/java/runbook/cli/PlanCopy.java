package runbook.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import runbook.world.Failure;

/**
 * A plan's folder, copied: a plan may change files beside it, and a rehearsal must not.
 *
 * @param folder of the copy
 * @param plan the plan in it
 */
record PlanCopy(Path folder, Path plan) implements AutoCloseable {
  private static final long MOST_FILES = 5_000;
  private static final long MOST_BYTES = 200 << 20;

  static PlanCopy of(Path plan) throws IOException {
    var from = plan.toAbsolutePath().getParent();
    var folder = Files.createTempDirectory("plan-rehearsal-");
    // messages name it as its author knows it
    var to = folder.resolve(from.getFileName() == null ? "plan" : from.getFileName().toString());
    var copy = new PlanCopy(folder, folder.relativize(to.resolve(plan.getFileName())));
    try {
      Files.walkFileTree(from, new Copier(from, to));
      return copy;
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /** Copies all but what is hidden or made by builds. */
  private static final class Copier extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;
    private long files;
    private long bytes;

    Copier(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      var name = folder.getFileName().toString();
      if (!folder.equals(from) && (name.startsWith(".") || name.equals("target")))
        return FileVisitResult.SKIP_SUBTREE;
      Files.createDirectories(to.resolve(from.relativize(folder)));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      files++;
      bytes += attributes.size();
      if (files > MOST_FILES || bytes > MOST_BYTES)
        throw Failure.refused(
            "The plan's folder is too large to be copied for a rehearsal.",
            "Put the plan and the files that it names into a folder of their own.");
      Files.copy(file, to.resolve(from.relativize(file)));
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public void close() {
    if (Files.notExists(folder)) return;
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
