package runbook.sandbox.linode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import runbook.sandbox.box.BoxException;
import runbook.sandbox.box.World;
import runbook.sandbox.box.WorldFolder;

/**
 * Volumes as file systems in this machine's memory, each mounted within the world: they have their
 * size, {@code df} tells it, and they can be full.
 */
public final class MemoryFolders implements Folders {
  /** Somebody may write between the look and the deed. */
  private static final int TRIES = 5;

  private final World world;
  private final Path base;
  private final Map<Long, Long> sizes = new ConcurrentHashMap<>();

  /**
   * @param base within the world's folder; it has to be there
   */
  public MemoryFolders(World world, Path base) {
    this.world = world;
    this.base = base;
  }

  @Override
  public Path of(long id) {
    return base.resolve(Long.toString(id));
  }

  @Override
  public void create(long id, long gib) throws IOException {
    mount(id, gib);
    world.run("", "mkdir", "-m", "700", of(id) + "/lost+found");
  }

  private void mount(long id, long gib) throws IOException {
    Files.createDirectories(of(id));
    world.run("", "mount", "-t", "tmpfs", "-o", "mode=755,size=" + gib + "g", "tmpfs", name(id));
    sizes.put(id, gib);
  }

  private String name(long id) {
    return of(id).toString();
  }

  @Override
  public long copy(long from, long to, long gib) throws IOException, InterruptedException {
    mount(to, gib);
    return Copy.of(world.seen(of(from)), world.seen(of(to)), base.resolve(to + ".log"));
  }

  @Override
  public void resize(long id, long gib) throws IOException {
    sizes.put(id, gib);
    limit(id, gib + "g");
  }

  private void limit(long id, String size) throws IOException {
    world.run("", "mount", "-o", "remount,size=" + size, name(id));
  }

  @Override
  public void fill(long id, boolean full) throws IOException {
    if (!full) {
      limit(id, sizes.get(id) + "g");
      return;
    }
    for (int tried = 1; ; tried++) {
      var space = Files.getFileStore(world.seen(of(id)));
      try {
        limit(id, Long.toString(space.getTotalSpace() - space.getUnallocatedSpace()));
        return;
      } catch (BoxException e) {
        if (tried == TRIES) throw e;
      }
    }
  }

  @Override
  public void delete(long id) throws IOException {
    if (sizes.remove(id) != null) world.run("", "umount", "--lazy", name(id));
    WorldFolder.delete(of(id));
  }
}
