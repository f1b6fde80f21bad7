package runbook.action;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import runbook.world.Failure;

/** A detached command on this machine: one process start, and files read by the JDK. */
final class DetachedHere implements Detached {
  /** A session of its own keeps the terminal's Ctrl-C away; macOS has no such command. */
  private static final Optional<String> SETSID =
      Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator))
          .map(folder -> Path.of(folder, "setsid"))
          .filter(Files::isExecutable)
          .map(Path::toString)
          .findFirst();

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
    var child = look() instanceof State.Absent ? start(job) : Optional.<Process>empty();
    long[] read = {0, 0};
    for (long pause = 5; ; pause = Math.min(pause * 2, 100)) {
      var state = look();
      read[0] = drain("out", read[0], out);
      read[1] = drain("err", read[1], err);
      switch (state) {
        case State.Ended _, State.Lost _ -> {
          return state;
        }
        case State.Absent _ when child.isEmpty() -> {
          return new State.Lost("Its folder is gone.");
        }
        case State.Absent _, State.Running _ -> {}
      }
      context.remaining();
      if (child.isEmpty()) context.pause(Duration.ofMillis(pause));
      else if (ended(child.get(), Math.max(pause, 50)) && look() instanceof State.Absent)
        return new State.Lost("The process ended before it began its work.");
    }
  }

  private static boolean ended(Process child, long milliseconds) {
    try {
      return child.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The operator asked to stop.");
    }
  }

  private Optional<Process> start(Job job) {
    try {
      Files.createDirectories(context.folders().files());
      Files.createDirectories(folder, only("rwx------"));
      Files.write(folder.resolve("cmd"), job.script());
      var command = new ArrayList<String>();
      SETSID.ifPresent(command::add);
      // without a session of its own it gets a process group at least, and is not our child then
      command.addAll(
          SETSID.isPresent()
              ? List.of("sh", "-c", WRAPPER)
              : List.of("sh", "-c", "set -m; sh -c \"$0\" \"$@\" &", WRAPPER));
      var environment = "";
      // the JVM writes other characters in the encoding of the locale, which may not have them
      var plain =
          job.environment().values().stream().allMatch(v -> v.chars().allMatch(c -> c < 128));
      if (!plain) {
        var file = Files.createTempFile(folder, "env", "", only("rw-------"));
        Files.write(file, job.variables());
        environment = file.toString();
      }
      command.addAll(List.of("plan", folder.toString(), environment, job.shell().name()));
      var builder =
          new ProcessBuilder(command)
              .directory(context.folders().files().toFile())
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD);
      if (plain) builder.environment().putAll(job.environment());
      var child = builder.start();
      if (SETSID.isPresent()) return Optional.of(child);
      while (number("pid").isEmpty()) context.pause(Duration.ofMillis(5));
      return Optional.empty();
    } catch (IOException e) {
      throw Failure.failed("The command could not be started on this machine.")
          .withDetail(e.getMessage());
    }
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
    var commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
    if (!Files.isDirectory(Path.of("/proc/self")))
      return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    try {
      var words = new String(Files.readAllBytes(commandLine), StandardCharsets.UTF_8).split("\0");
      return List.of(words).contains(folder.toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /** A number in a file, once it is written with its line break. */
  private Optional<Long> number(String name) {
    try {
      var text = Files.readString(folder.resolve(name));
      return text.endsWith("\n") ? Optional.of(Long.parseLong(text.strip())) : Optional.empty();
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
