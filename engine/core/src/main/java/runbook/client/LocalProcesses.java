package runbook.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import runbook.world.Cluster.Ended;
import runbook.world.Failure;
import runbook.world.Local;

/** Processes of this machine. */
public final class LocalProcesses implements Local {
  @Override
  public Ended run(
      List<String> command,
      Path folder,
      Map<String, String> environment,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit) {
    var process = start(command, folder, environment);
    var feeding = Thread.ofVirtual().start(() -> feed(process, in));
    var reading =
        List.of(
            Thread.ofVirtual().start(() -> drain(process.getInputStream(), out)),
            Thread.ofVirtual().start(() -> drain(process.getErrorStream(), err)));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        kill(process);
        return new Ended.Unknown(
            "It did not end within " + limit.toSeconds() + " s and was killed.");
      }
      for (var thread : reading) thread.join();
      feeding.interrupt();
      return new Ended.Exited(process.exitValue());
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted.");
    }
  }

  private static Process start(List<String> command, Path folder, Map<String, String> environment) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw Failure.failed(
              "The program `" + command.getFirst() + "` could not be started on this machine.")
          .withDetail(String.valueOf(e.getMessage()));
    }
  }

  private static void feed(Process process, Optional<InputStream> in) {
    try (var to = process.getOutputStream()) {
      if (in.isPresent()) in.get().transferTo(to);
    } catch (IOException e) {
      // it ended without reading all; its exit code tells whether that was right
    }
  }

  private static void drain(InputStream from, OutputStream to) {
    try (from) {
      from.transferTo(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
