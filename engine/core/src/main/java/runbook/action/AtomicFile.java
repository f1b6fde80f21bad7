package runbook.action;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/** Replaces a file's content wholly or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Mode, owner and a symbolic link that leads to the file stay as they are. */
  public static void replace(Path file, byte[] content) throws IOException {
    var real = file.toRealPath();
    var temp = Files.createTempFile(real.getParent(), "." + real.getFileName() + "-", ".new");
    try {
      try (var channel = FileChannel.open(temp, StandardOpenOption.WRITE)) {
        var buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) channel.write(buffer);
        channel.force(true);
      }
      copyAttributes(real, temp);
      Files.move(temp, real, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temp);
    }
    // the new name is on disk only when the folder is
    try (var folder = FileChannel.open(real.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void copyAttributes(Path from, Path to) throws IOException {
    var source = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    var target = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (source == null || target == null) return;
    PosixFileAttributes attributes = source.readAttributes();
    target.setPermissions(attributes.permissions());
    var mine = target.readAttributes();
    try {
      if (!mine.group().equals(attributes.group())) target.setGroup(attributes.group());
      if (!mine.owner().equals(attributes.owner())) target.setOwner(attributes.owner());
    } catch (IOException e) {
      // only root may give a file away; the content matters more
    }
  }
}
