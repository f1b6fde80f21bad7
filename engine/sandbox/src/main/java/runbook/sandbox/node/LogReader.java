package runbook.sandbox.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import runbook.sandbox.api.Kubelet.LogOptions;

/** A log as it is asked for: its end, since a time, with times, followed while it grows. */
final class LogReader extends InputStream {
  private final ContainerLog log;
  private final LogOptions options;
  private int generation;
  private RandomAccessFile file;
  private long position;
  private long left;
  private byte[] current = {};
  private int next;
  private boolean ended;

  LogReader(ContainerLog log, LogOptions options) throws IOException {
    this.log = log;
    this.options = options;
    this.left = options.bytes().orElse(Long.MAX_VALUE);
    synchronized (log) {
      this.generation = log.generation();
      this.file = new RandomAccessFile(log.file().toFile(), "r");
      this.position =
          options.tail().isPresent() ? startOfLast(options.tail().get(), log.size()) : 0;
    }
  }

  /** Where the last lines begin; what was cut into pieces counts as one. */
  private long startOfLast(long lines, long size) throws IOException {
    if (lines == 0) {
      return size;
    }
    byte[] all = new byte[Math.toIntExact(size)];
    file.seek(0);
    file.readFully(all);
    long wanted = lines;
    int start = all.length;
    while (start > 0) {
      int before = previous(all, start);
      boolean whole = isWhole(all, before);
      if (whole && wanted-- == 0) {
        break;
      }
      start = before;
    }
    return start;
  }

  private static int previous(byte[] all, int end) {
    int i = end - 1;
    while (i > 0 && all[i - 1] != '\n') {
      i--;
    }
    return i;
  }

  private static boolean isWhole(byte[] all, int start) {
    int spaces = 0;
    for (int i = start; i < all.length; i++) {
      if (all[i] == ' ' && ++spaces == 2) {
        return all[i + 1] == 'F';
      }
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    while (next == current.length) {
      if (ended) {
        return -1;
      }
      Optional<byte[]> piece = piece();
      if (piece.isEmpty()) {
        ended = true;
        return -1;
      }
      current = piece.get();
      next = 0;
    }
    int n = (int) Math.min(Math.min(length, current.length - next), left);
    System.arraycopy(current, next, into, offset, n);
    next += n;
    left -= n;
    return n;
  }

  /** The next record as the reader wants it, perhaps nothing of it; empty at the end. */
  private Optional<byte[]> piece() throws IOException {
    while (position >= readable()) {
      if (log.generation() != generation) {
        file.close();
        synchronized (log) {
          generation = log.generation();
          file = new RandomAccessFile(log.file().toFile(), "r");
        }
        position = 0;
      } else if (!options.follow() || log.isFinished()) {
        if (position >= readable() && log.generation() == generation) {
          return Optional.empty();
        }
      } else {
        await();
      }
    }
    return Optional.of(shown(record()));
  }

  /** What has been put aside is whole; what is being written is read up to the last record. */
  private long readable() throws IOException {
    synchronized (log) {
      return log.generation() == generation ? log.size() : file.length();
    }
  }

  private void await() throws IOException {
    try {
      log.awaitMore(generation, position);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private byte[] record() throws IOException {
    var line = new ByteArrayOutputStream();
    byte[] block = new byte[4096];
    while (true) {
      file.seek(position);
      int n = file.read(block);
      for (int i = 0; i < n; i++) {
        if (block[i] == '\n') {
          line.write(block, 0, i + 1);
          position += i + 1;
          return line.toByteArray();
        }
      }
      line.write(block, 0, n);
      position += n;
    }
  }

  private byte[] shown(byte[] record) {
    int first = indexOf(record, ' ', 0);
    int second = indexOf(record, ' ', first + 1);
    String time = new String(record, 0, first, StandardCharsets.UTF_8);
    if (options.since().filter(s -> Instant.parse(time).isBefore(s)).isPresent()) {
      return new byte[0];
    }
    boolean whole = record[second + 1] == 'F';
    int text = second + 3;
    int length = record.length - text - (whole ? 0 : 1);
    byte[] head =
        options.timestamps() ? (time + " ").getBytes(StandardCharsets.UTF_8) : new byte[0];
    byte[] shown = new byte[head.length + length];
    System.arraycopy(head, 0, shown, 0, head.length);
    System.arraycopy(record, text, shown, head.length, length);
    return shown;
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    int i = from;
    while (bytes[i] != wanted) {
      i++;
    }
    return i;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    file.close();
  }
}
