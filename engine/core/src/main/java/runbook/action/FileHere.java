package runbook.action;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import runbook.action.Checksum.Algorithm;
import runbook.type.FileRef;
import runbook.world.Failure;

/** A file on this machine. */
record FileHere(FileRef ref, Path path) implements FileEnd {

  static MessageDigest digester(Algorithm algorithm) {
    try {
      return MessageDigest.getInstance(
          switch (algorithm) {
            case sha512 -> "SHA-512";
            case sha256 -> "SHA-256";
            case sha1 -> "SHA-1";
            case md5 -> "MD5";
          });
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sha512(byte[] bytes, int length) {
    var digest = digester(Algorithm.sha512);
    digest.update(bytes, 0, length);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What the disk may refuse. */
  private interface Work<T> {
    T get() throws IOException;
  }

  private <T> T work(Work<T> work) {
    try {
      return work.get();
    } catch (java.nio.channels.ClosedByInterruptException e) {
      throw Failure.stopped("The operator asked to stop.");
    } catch (IOException e) {
      throw Failure.failed("`" + ref + "` cannot be read or written.").withDetail(e.toString());
    }
  }

  @Override
  public Optional<Stat> stat() {
    if (!Files.exists(path)) return Optional.empty();
    if (Files.isDirectory(path)) throw Failure.failed("`" + ref + "` is a folder.");
    return work(
        () -> Optional.of(new Stat(Files.size(path), Files.getLastModifiedTime(path).toString())));
  }

  @Override
  public String digest(Algorithm algorithm) {
    var digest = digester(algorithm);
    update(digest, 0, Long.MAX_VALUE);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Adds a stretch of the file to a digest. */
  void update(MessageDigest digest, long from, long length) {
    work(() -> {
      try (var channel = FileChannel.open(path)) {
        var buffer = ByteBuffer.allocate(1 << 18);
        for (long at = from, end = Math.addExact(from, Math.min(length, channel.size()));
            at < end; ) {
          buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
          var n = channel.read(buffer, at);
          if (n < 0) break;
          digest.update(buffer.flip());
          at += n;
          Shell.stopIfAsked();
        }
      }
      return path;
    });
  }

  @Override
  public List<String> hashes(int pieces) {
    return IntStream.range(0, pieces)
        .mapToObj(i -> {
          var digest = digester(Algorithm.sha512);
          update(digest, (long) i * PIECE, PIECE);
          return HexFormat.of().formatHex(digest.digest());
        })
        .toList();
  }

  @Override
  public String read(int piece, byte[] into, int length) {
    return work(() -> {
      try (var channel = FileChannel.open(path)) {
        var buffer = ByteBuffer.wrap(into, 0, length);
        var start = (long) piece * PIECE;
        while (buffer.hasRemaining())
          if (channel.read(buffer, start + buffer.position()) < 0) break;
        return sha512(into, buffer.position());
      }
    });
  }

  @Override
  public Written write(int piece, byte[] from, int length) {
    return work(() -> {
      try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        var buffer = ByteBuffer.wrap(from, 0, length);
        var start = (long) piece * PIECE;
        while (buffer.hasRemaining()) channel.write(buffer, start + buffer.position());
      }
      var digest = digester(Algorithm.sha512);
      update(digest, (long) piece * PIECE, length);
      return new Written(HexFormat.of().formatHex(digest.digest()), "");
    });
  }

  @Override
  public FileEnd part() {
    return new FileHere(ref, path.resolveSibling(path.getFileName() + ".plan-part"));
  }

  @Override
  public void prepare(long size) {
    work(() -> {
      if (path.getParent() != null) Files.createDirectories(path.getParent());
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var how = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try (var channel = FileChannel.open(path, how, mode)) {
        if (channel.size() > size) channel.truncate(size);
      }
      return path;
    });
  }

  @Override
  public void rename(FileEnd target) {
    work(() -> {
      // before its name says that it is whole
      try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      return Files.move(
          path,
          ((FileHere) target).path,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    });
  }

  @Override
  public void delete() {
    work(() -> Files.deleteIfExists(path));
  }
}
