package runbook.sandbox.box;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The files of one world: {@code BASE/NAME/}, owned by whoever holds the lock on {@code
 * BASE/NAME.lock}. The kernel gives the lock back when its process dies, so that the next start can
 * tell what was left behind.
 */
public final class WorldFolder implements AutoCloseable {
  private static final String LOCK = ".lock";
  private static final int DELETE_ATTEMPTS = 20;

  private final Path path;
  private final Path lockFile;
  private final FileChannel channel;

  private WorldFolder(Path path, Path lockFile, FileChannel channel) {
    this.path = path;
    this.lockFile = lockFile;
    this.channel = channel;
  }

  /** Makes a new, empty folder under {@code base}, after it removed those whose owners are gone. */
  public static WorldFolder create(Path base) throws IOException {
    Files.createDirectories(base);
    Path root = base.toRealPath();
    removeAbandoned(root);
    while (true) {
      String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
      Path lockFile = root.resolve(name + LOCK);
      Optional<FileChannel> channel = lock(lockFile);
      Path path = root.resolve(name);
      if (channel.isPresent() && !Files.exists(path)) {
        Files.createDirectory(path);
        // other users of the machine's containers have to reach what lies in it
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
        return new WorldFolder(path, lockFile, channel.get());
      }
    }
  }

  public Path path() {
    return path;
  }

  /** Removes every folder under {@code base} whose owner is gone, and says how many there were. */
  public static int removeAbandoned(Path base) throws IOException {
    int removed = 0;
    try (Stream<Path> files = Files.list(base)) {
      for (Path lockFile : files.filter(f -> f.toString().endsWith(LOCK)).toList()) {
        Optional<FileChannel> channel = lock(lockFile);
        if (channel.isPresent()) {
          String name = lockFile.getFileName().toString();
          Path folder = base.resolve(name.substring(0, name.length() - LOCK.length()));
          new WorldFolder(folder, lockFile, channel.get()).close();
          removed++;
        }
      }
    }
    return removed;
  }

  /**
   * The lock's channel, or nothing while another process, or another world of this one, holds it.
   */
  private static Optional<FileChannel> lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException held) {
      // by this very process
    }
    channel.close();
    return Optional.empty();
  }

  /** Deletes the folder with all that is in it. Its processes must be gone, or about to go. */
  @Override
  public void close() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        delete(path);
        break;
      } catch (IOException e) {
        // a process that is just being killed may still have written
        if (attempt == DELETE_ATTEMPTS) {
          throw e;
        }
        pause();
      }
    }
    Files.deleteIfExists(lockFile);
    channel.close();
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a world's files were being removed", e);
    }
  }

  /** Deletes a file or a folder with its content, never following a link. */
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
              // an ordinary user's container may have shut its own folder
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
              delete(file);
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
