package runbook.sandbox.node;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import runbook.sandbox.time.SandboxClock;

/**
 * What one run of a container says, in the form of the container runtime interface: {@code TIME
 * STREAM F|P TEXT}, where P is a piece of a line that goes on. A file that grows too big is put
 * aside and a new one begun; as with a kubelet, only the newest is read.
 */
final class ContainerLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);
  private static final int LONGEST_PIECE = 16 * 1024;
  private static final int KEPT = 4;

  private final Path file;
  private final SandboxClock clock;
  private final long biggest;
  private final CountDownLatch open = new CountDownLatch(2);
  private OutputStream out;
  private long size;
  private int generation;
  private boolean finished;

  ContainerLog(Path file, SandboxClock clock, long biggest) throws IOException {
    this.file = file;
    this.clock = clock;
    this.biggest = biggest;
    Files.createDirectories(file.getParent());
    this.out = Files.newOutputStream(file);
  }

  /** Takes in both outputs until they end. */
  void take(InputStream stdout, InputStream stderr) {
    Thread.ofPlatform().daemon().name("stdout").start(() -> take(stdout, "stdout"));
    Thread.ofPlatform().daemon().name("stderr").start(() -> take(stderr, "stderr"));
  }

  private void take(InputStream in, String stream) {
    try (var bytes = new BufferedInputStream(in, LONGEST_PIECE)) {
      var line = new ByteArrayOutputStream();
      for (int next = bytes.read(); next >= 0; next = bytes.read()) {
        if (next == '\n') {
          write(stream, "F", line);
        } else {
          line.write(next);
          if (line.size() == LONGEST_PIECE) {
            write(stream, "P", line);
          }
        }
      }
      if (line.size() > 0) {
        write(stream, "F", line);
      }
    } catch (IOException e) {
      // the process is gone
    } finally {
      end();
    }
  }

  private synchronized void write(String stream, String tag, ByteArrayOutputStream line)
      throws IOException {
    if (size > biggest) {
      rotate();
    }
    String head = TIME.format(clock.instant()) + " " + stream + " " + tag + " ";
    var record = new ByteArrayOutputStream(head.length() + line.size() + 1);
    record.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    line.writeTo(record);
    record.write('\n');
    record.writeTo(out);
    size += record.size();
    line.reset();
    notifyAll();
  }

  private void rotate() throws IOException {
    out.close();
    for (int i = KEPT - 1; i >= 1; i--) {
      Path old = aside(i);
      if (Files.exists(old)) {
        Files.move(old, aside(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(file, aside(1), StandardCopyOption.REPLACE_EXISTING);
    out = Files.newOutputStream(file);
    size = 0;
    generation++;
  }

  private Path aside(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private void end() {
    open.countDown();
    if (open.getCount() == 0) {
      synchronized (this) {
        finished = true;
        try {
          out.close();
        } catch (IOException e) {
          // nothing more is written to it
        }
        notifyAll();
      }
    }
  }

  /** Waits until both outputs have ended, but no longer than a moment: a killed container's do. */
  void awaitEnd() throws InterruptedException {
    open.await(2, TimeUnit.SECONDS);
  }

  Path file() {
    return file;
  }

  synchronized int generation() {
    return generation;
  }

  /** How much of the newest file may be read now. */
  synchronized long size() {
    return size;
  }

  /** Whether nothing is added any more. */
  synchronized boolean isFinished() {
    return finished;
  }

  /** Waits until there is more than {@code seen} bytes of that generation, or the end. */
  synchronized void awaitMore(int seenGeneration, long seen) throws InterruptedException {
    while (!finished && generation == seenGeneration && size <= seen) {
      wait();
    }
  }
}
