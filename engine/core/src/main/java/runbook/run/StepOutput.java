package runbook.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import runbook.action.Progress;
import runbook.world.Failure;

/** Keeps what a step prints, whole, in the run's folder, and passes on what it says. */
final class StepOutput implements Progress, AutoCloseable {
  private final Path file;
  private final String step;
  private final Watcher watcher;
  private final Secrets secrets;
  private final Optional<Secrets.Filter> filter;
  private OutputStream out;

  StepOutput(Path file, String step, Watcher watcher, Secrets secrets) {
    this.file = file;
    this.step = step;
    this.watcher = watcher;
    this.secrets = secrets;
    this.filter = secrets.filter();
  }

  @Override
  public void say(String line) {
    var bytes = ("# " + line + "\n").getBytes(StandardCharsets.UTF_8);
    output(bytes, bytes.length);
    synchronized (watcher) {
      watcher.said(step, secrets.hide(line));
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
      if (filter.isEmpty()) {
        write(bytes, length);
        return;
      }
      var passed = filter.get().pass(bytes, length);
      write(passed, passed.length);
    } catch (IOException e) {
      throw Failure.failed("The step's output cannot be kept in `" + file + "`.")
          .withDetail(String.valueOf(e.getMessage()));
    }
  }

  private void write(byte[] bytes, int length) throws IOException {
    if (length == 0) return;
    if (out == null)
      out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    out.write(bytes, 0, length);
  }

  @Override
  public synchronized void close() {
    try {
      if (filter.isPresent()) {
        var rest = filter.get().rest();
        write(rest, rest.length);
      }
      if (out != null) out.close();
    } catch (IOException e) {
      // what was written is there; the step's result does not depend on this file
    }
  }
}
