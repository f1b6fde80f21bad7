package runbook.sandbox.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import runbook.sandbox.box.WorldFolder;

/** Folders that are made once on a machine and then shared by all sandboxes of a user. */
public final class Cache {
  private final Path folder;

  public Cache(Path folder) {
    this.folder = folder;
  }

  /** {@code $XDG_CACHE_HOME/plan/sandbox}, else below {@code ~/.cache}. */
  public static Cache ofUser() {
    String set = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path home = set.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(set);
    return new Cache(home.resolve("plan").resolve("sandbox"));
  }

  /** Fills a new, empty folder. */
  @FunctionalInterface
  interface Maker {
    void make(Path folder) throws IOException;
  }

  /**
   * The folder of this name, made first where it is not there. It is there whole or not at all, and
   * made by one process at a time.
   */
  Path folder(String name, Maker maker) throws IOException {
    Path target = folder.resolve(name);
    if (Files.isDirectory(target)) {
      return target;
    }
    Files.createDirectories(folder);
    synchronized (Cache.class) {
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(name + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        if (!Files.isDirectory(target) && lock.isValid()) {
          Path part = folder.resolve(name + ".part");
          WorldFolder.delete(part);
          Files.createDirectory(part);
          maker.make(part);
          Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
    return target;
  }
}
