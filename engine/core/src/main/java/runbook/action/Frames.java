package runbook.action;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import runbook.action.Detached.State;
import runbook.world.Failure;

/**
 * Reads what {@code poll.sh} says: lines, and pieces of output whose length a line announces. Bytes
 * count as read when they are handed over, so that a broken connection costs nothing: the next one
 * asks for what comes after them.
 */
final class Frames extends OutputStream {
  private final OutputStream out;
  private final OutputStream err;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream complaint = new ByteArrayOutputStream();
  private long outs;
  private long errs;
  private long left;
  private boolean intoErr;
  private boolean started;
  private boolean fresh;
  private Optional<State> state = Optional.empty();
  private Optional<Failure> refusal = Optional.empty();

  Frames(OutputStream out, OutputStream err) {
    this.out = out;
    this.err = err;
  }

  /** Before another exec: what it says has nothing to do with half a line of the last one. */
  synchronized void reset() {
    line.reset();
    complaint.reset();
    left = 0;
    state = Optional.empty();
  }

  /** How much output is read. */
  synchronized long outs() {
    return outs;
  }

  synchronized long errs() {
    return errs;
  }

  /** Whether it was we who started it, so that it has been watched from its beginning. */
  synchronized boolean fresh() {
    return fresh;
  }

  /** What the last exec found; empty if it broke before it said so. */
  synchronized Optional<State> state() {
    return state;
  }

  /** Why the command cannot be started there. */
  synchronized Optional<Failure> refusal() {
    return refusal;
  }

  /** Whether the command is known to have been started. */
  synchronized boolean started() {
    return started;
  }

  /** Takes the error output of the shell itself. */
  OutputStream complaints() {
    return complaint;
  }

  String complaint() {
    return complaint.toString(StandardCharsets.UTF_8).strip();
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    for (int at = offset, end = offset + length; at < end; ) {
      if (left > 0) {
        var n = (int) Math.min(left, end - at);
        (intoErr ? err : out).write(bytes, at, n);
        if (intoErr) errs += n;
        else outs += n;
        left -= n;
        at += n;
      } else if (bytes[at++] != '\n') {
        line.write(bytes[at - 1]);
      } else {
        say(line.toString(StandardCharsets.UTF_8).split(" "));
        line.reset();
      }
    }
  }

  private void say(String[] words) {
    switch (words[0]) {
      case "out", "err" -> {
        started = true;
        intoErr = words[0].equals("err");
        left = Long.parseLong(words[1]);
      }
      case "new" -> fresh = true;
      // the script cut its own output; what comes next is its new beginning
      case "again" -> {
        if (words[1].equals("err")) errs = 0;
        else outs = 0;
      }
      case "rc" ->
          state =
              Optional.of(
                  new State.Ended(
                      Integer.parseInt(words[1]), Duration.ofSeconds(Long.parseLong(words[2]))));
      case "running" -> {
        started = true;
        state = Optional.of(new State.Running());
      }
      case "lost" ->
          state = Optional.of(new State.Lost("The process is gone and left no exit code."));
      case "absent" -> state = Optional.of(new State.Absent());
      case "nofolder" ->
          refusal =
              Optional.of(
                  Failure.failed(
                          "None of $TMPDIR, /tmp, /dev/shm and /var/tmp in the container can be"
                              + " written to.")
                      .withRemedy("Mount an `emptyDir` volume at /tmp."));
      // the script came incomplete, or something else speaks: the next exec tells
      default -> {}
    }
  }
}
