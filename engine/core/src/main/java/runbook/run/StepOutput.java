package runbook.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import runbook.action.Progress;
import runbook.world.Failure;

/** Keeps what a step prints, whole, in the run's folder, and passes on what it says. */
final class StepOutput implements Progress, AutoCloseable {
  private final Path file;
  private final String step;
  private final Watcher watcher;
  private OutputStream out;

  StepOutput(Path file, String step, Watcher watcher) {
    this.file = file;
    this.step = step;
    this.watcher = watcher;
  }

  @Override
  public void say(String line) {
    var bytes = ("# " + line + "\n").getBytes(StandardCharsets.UTF_8);
    output(bytes, bytes.length);
    synchronized (watcher) {
      watcher.said(step, line);
    }
  }

  @Override
  public void bytes(long done, long total) {
    synchronized (watcher) {
      watcher.bytes(step, done, total);
    }
  }

  @Override
  public synchronized void output(byte[] bytes, int length) {
    try {
      if (out == null) {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw Failure.failed("The step's output cannot be kept in `" + file + "`.")
          .withDetail(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public synchronized void close() {
    try {
      if (out != null) out.close();
    } catch (IOException e) {
      // what was written is there; the step's result does not depend on this file
    }
  }
}
