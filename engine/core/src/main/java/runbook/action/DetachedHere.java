package runbook.action;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import runbook.world.Failure;

/**
 * A detached command on this machine, started by {@link Keeper} where the machine has what that
 * needs; its files are read by the JDK.
 */
final class DetachedHere implements Detached {
  /** A session of its own keeps the terminal's Ctrl-C away; macOS has no such command. */
  private static final Optional<String> SETSID =
      Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator))
          .map(folder -> Path.of(folder, "setsid"))
          .filter(Files::isExecutable)
          .map(Path::toString)
          .findFirst();

  private static final boolean HAS_PROC = Files.isReadable(Path.of("/proc/self/stat"));

  /** How often a command is started that never began. */
  private static final int STARTS = 3;

  /** Which word behind the name tells when a process started, in ticks since the machine did. */
  private static final int STARTED = 19;

  private final ActionContext context;
  private final Path attempts;
  private final Path folder;
  private final byte[] buffer = new byte[1 << 16];

  DetachedHere(ActionContext context, int attempt) {
    this.context = context;
    this.attempts = context.folders().scratch().toAbsolutePath();
    this.folder = attempts.resolve(Integer.toString(attempt));
  }

  @Override
  public State look() {
    var pid = number("pid");
    if (pid.isEmpty()) return new State.Absent();
    // the order matters: what was alive first, and has no code then
    var alive = alive(pid.get());
    return number("rc")
        .<State>map(code -> new State.Ended(code.intValue(), took()))
        .orElseGet(() ->
            alive
                ? new State.Running()
                : new State.Lost("The process is gone and left no exit code."));
  }

  @Override
  public State await(Job job, OutputStream out, OutputStream err) {
    var child = look() instanceof State.Absent ? start(job) : Optional.<Future<?>>empty();
    long[] read = {0, 0};
    int starts = STARTS;
    for (long pause = 5; ; pause = Math.min(pause * 2, 100)) {
      boolean alone = child.isEmpty();
      var state = look();
      read[0] = drain("out", read[0], out);
      read[1] = drain("err", read[1], err);
      switch (state) {
        case State.Ended _, State.Lost _ -> {
          return state;
        }
        case State.Absent _ when alone -> {
          return new State.Lost("Its folder is gone.");
        }
        case State.Absent _, State.Running _ -> {}
      }
      context.remaining();
      if (alone) context.pause(Duration.ofMillis(pause));
      else if (ended(child.get(), Math.max(pause, 50))) {
        // either it still runs, and only nobody tells its end any more; or it never began, and may
        // safely be started again: of several wrappers one begins
        if (!(look() instanceof State.Absent)) child = Optional.empty();
        else if (--starts > 0) child = start(job);
        else return new State.Lost("The process ended before it began its work.");
      }
    }
  }

  private static boolean ended(Future<?> child, long milliseconds) {
    try {
      child.get(milliseconds, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The operator asked to stop.");
    }
  }

  /** Starts it; what is done when its wrapper has ended, where that can be known. */
  private Optional<Future<?>> start(Job job) {
    try {
      Files.createDirectories(context.folders().files());
      Files.createDirectories(folder, only("rwx------"));
      Files.write(folder.resolve("cmd"), job.script());
      var directory = context.folders().files().toAbsolutePath();
      if (SETSID.isPresent() && HAS_PROC)
        return Optional.of(Keeper.start(SETSID.get(), directory, folder, job));
      startAlone(directory, job);
      return Optional.empty();
    } catch (IOException e) {
      throw Failure.failed("The command could not be started on this machine.")
          .withDetail(e.getMessage());
    }
  }

  /** Without a session of its own it gets a process group at least, and is not our child then. */
  private void startAlone(Path directory, Job job) throws IOException {
    // the JVM writes other characters in the encoding of the locale, which may not have them
    var file = Files.createTempFile(folder, "env", "", only("rw-------"));
    Files.write(file, job.variables());
    new ProcessBuilder(
            "sh",
            "-c",
            "set -m; sh -c \"$0\" \"$@\" &",
            WRAPPER,
            "plan",
            folder.toString(),
            file.toString(),
            job.shell().name())
        .directory(directory.toFile())
        .redirectInput(Redirect.from(new File("/dev/null")))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start();
    while (number("pid").isEmpty()) context.pause(Duration.ofMillis(5));
  }

  private static FileAttribute<?> only(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  @Override
  public State cancel() {
    var end = Instant.now().plus(GRACE);
    for (var round = 0; look() instanceof State.Running && Instant.now().isBefore(end); round++) {
      if (round % 20 == 0)
        number("pid").flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroy);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return look();
  }

  @Override
  public void remove() {
    try (var all = Files.walk(attempts)) {
      for (var path : all.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(path);
    } catch (IOException | UncheckedIOException e) {
      context.progress().say("What is left in " + attempts + " can be deleted by hand.");
    }
  }

  /** Whether the process is ours and lives; its number may belong to somebody else by now. */
  private boolean alive(long pid) {
    if (!HAS_PROC) return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    var process = Path.of("/proc", Long.toString(pid));
    try {
      var known = stat(Files.readString(folder.resolve("pid")));
      if (known.size() > STARTED) {
        var now = stat(Files.readString(process.resolve("stat")));
        return now.get(STARTED).equals(known.get(STARTED)) && !now.getFirst().equals("Z");
      }
      // of a run of an earlier version
      var words = Files.readString(process.resolve("cmdline")).split("\0");
      return List.of(words).contains(folder.toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /** What is behind the name in a line of {@code /proc/PID/stat}. */
  private static List<String> stat(String line) {
    return List.of(line.substring(line.lastIndexOf(')') + 1).strip().split(" "));
  }

  /** The number that a file begins with, once it is written with its line break. */
  private Optional<Long> number(String name) {
    try {
      var text = Files.readString(folder.resolve(name));
      return text.endsWith("\n")
          ? Optional.of(Long.parseLong(text.strip().split(" ", 2)[0]))
          : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private Duration took() {
    try {
      return Duration.between(
          Files.getLastModifiedTime(folder.resolve("pid")).toInstant(),
          Files.getLastModifiedTime(folder.resolve("rc")).toInstant());
    } catch (IOException gone) {
      return Duration.ZERO;
    }
  }

  /** Hands over what was written since, and tells how much is read now. */
  private long drain(String name, long from, OutputStream to) {
    var file = folder.resolve(name);
    if (!Files.exists(file)) return from;
    try (var channel = FileChannel.open(file)) {
      // shorter than before: the script opened /dev/stdout anew, which cuts it
      var position = channel.size() < from ? 0 : from;
      for (int n; (n = channel.read(ByteBuffer.wrap(buffer), position)) > 0; position += n)
        to.write(buffer, 0, n);
      return position;
    } catch (IOException e) {
      throw Failure.failed("The output of the command cannot be read.").withDetail(e.toString());
    }
  }
}
