package runbook.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
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
  private static final int PIECE = 32 * 1024;

  /** What came of a process, in the order in which it came. */
  private sealed interface Event {
    record Output(OutputStream to, byte[] bytes) implements Event {}

    /** A stream of it ended; it has two. */
    record EndOfStream() implements Event {}

    /** It is worth nothing any more. */
    record Broken(String why) implements Event {}
  }

  @Override
  public Ended run(
      List<String> command,
      Path folder,
      Map<String, String> environment,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    var process = start(command, folder, environment);
    var events = new Handoff<Event>();
    var threads =
        List.of(
            Thread.ofVirtual().start(() -> feed(process, in, events)),
            Thread.ofVirtual().start(() -> drain(process.getInputStream(), out, events)),
            Thread.ofVirtual().start(() -> drain(process.getErrorStream(), err, events)));
    try {
      for (int streams = 2; streams > 0; ) {
        switch (events.take(until).orElseGet(() -> late(limit))) {
          case Event.Output(var to, var bytes) -> to.write(bytes);
          case Event.EndOfStream() -> streams--;
          case Event.Broken(var why) -> {
            return new Ended.Unknown(why);
          }
        }
      }
      if (!process.waitFor(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS))
        return new Ended.Unknown(late(limit).why());
      // the reading of its input may have failed just as it ended
      if (events.take(System.nanoTime()).orElse(null) instanceof Event.Broken(var why))
        return new Ended.Unknown(why);
      return new Ended.Exited(process.exitValue());
    } catch (IOException e) {
      return new Ended.Unknown(
          "What the command writes could not be taken: " + KubernetesApi.words(e) + ".");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted.");
    } finally {
      events.close();
      kill(process);
      threads.forEach(Thread::interrupt);
    }
  }

  private static Event.Broken late(Duration limit) {
    return new Event.Broken("It did not end within " + limit.toSeconds() + " s and was killed.");
  }

  private static Process start(List<String> command, Path folder, Map<String, String> environment) {
    if (!Files.isDirectory(folder))
      throw Failure.failed("There is no folder `" + folder + "` to run the command in.");
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw Failure.failed(
              "The program `" + command.getFirst() + "` could not be started on this machine.")
          .withDetail(KubernetesApi.words(e));
    }
  }

  private static void feed(Process process, Optional<InputStream> in, Handoff<Event> events) {
    try (var to = process.getOutputStream()) {
      if (in.isEmpty()) return;
      var piece = new byte[PIECE];
      for (int n; (n = read(in.get(), piece, process, events)) > 0; ) to.write(piece, 0, n);
    } catch (IOException e) {
      // it ended without reading all; its exit code tells whether that was right
    }
  }

  /** Kills it where its input cannot be read: it shall not take a part for the whole. */
  private static int read(InputStream in, byte[] piece, Process process, Handoff<Event> events) {
    try {
      return in.read(piece);
    } catch (IOException e) {
      events.put(
          new Event.Broken(
              "The command's input could not be read: " + KubernetesApi.words(e) + "."));
      kill(process);
      return -1;
    }
  }

  private static void drain(InputStream from, OutputStream to, Handoff<Event> events) {
    try (from) {
      var piece = new byte[PIECE];
      for (int n; (n = from.read(piece)) > 0; )
        events.put(new Event.Output(to, java.util.Arrays.copyOf(piece, n)));
    } catch (IOException e) {
      // closed by its end
    }
    events.put(new Event.EndOfStream());
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
