package runbook.sandbox.fault;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import runbook.sandbox.time.SandboxClock;

/** What happens at one place of a stream; offsets count from 0. */
final class FaultyStream {
  private static final int PIECES_A_SECOND = 10;

  private final FaultyHandler.Current current;
  private final SandboxClock clock;
  private final Runnable end;
  private long passed;
  private volatile Duration last;
  private volatile boolean closed;

  private FaultyStream(FaultyHandler.Current current, SandboxClock clock, Runnable end) {
    this.current = current;
    this.clock = clock;
    this.end = end;
    this.last = clock.elapsed();
    if (current.effect() instanceof Fault.Idle(var limit))
      Thread.ofVirtual().name("idle").start(() -> endWhenIdle(limit));
  }

  private void endWhenIdle(Duration limit) {
    try {
      Duration idle;
      while ((idle = clock.elapsed().minus(last)).compareTo(limit) < 0) {
        clock.sleep(limit.minus(idle));
        if (closed) return;
      }
      end.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param end ends the connection where the stream is cut
   */
  static FaultyStream of(FaultyHandler.Current current, SandboxClock clock, Runnable end) {
    return new FaultyStream(current, clock, end);
  }

  /** How many of so many bytes may pass together. */
  private int piece(int length) {
    return switch (current.effect()) {
      case Fault.Slow(_, long bytes) ->
          (int) Math.min(length, Math.max(1, bytes / PIECES_A_SECOND));
      case Fault.Cut(_, long at, _, _) when passed < at -> (int) Math.min(length, at - passed);
      case Fault.Stall(_, long at) when passed < at -> (int) Math.min(length, at - passed);
      default -> length;
    };
  }

  /** Before bytes pass. */
  private void before() throws IOException {
    if (current.effect() instanceof Fault.Stall(_, long at) && passed >= at)
      interruptibly(() -> current.set().awaitRemoval());
    if (current.effect() instanceof Fault.Cut(_, long at, _, _) && passed >= at) {
      end.run();
      throw new IOException("The stream is cut.");
    }
  }

  /** When bytes are about to pass. */
  private void pass(byte[] bytes, int offset, int length) throws IOException {
    last = clock.elapsed();
    if (current.effect() instanceof Fault.Flip(_, long at)
        && at >= passed
        && at < passed + length) {
      bytes[offset + (int) (at - passed)] ^= 1;
    }
    passed += length;
    if (current.effect() instanceof Fault.Slow(_, long rate))
      interruptibly(() -> clock.sleep(Duration.ofNanos(1_000_000_000L * length / rate)));
  }

  private interface Waiting {
    void run() throws InterruptedException;
  }

  private static void interruptibly(Waiting waiting) throws IOException {
    try {
      waiting.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  OutputStream over(OutputStream stream) {
    return new FilterOutputStream(stream) {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        // whoever writes keeps its bytes
        var copy = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
        for (int done = 0; done < length; ) {
          before();
          int n = piece(length - done);
          pass(copy, done, n);
          out.write(copy, done, n);
          if (n < length - done) out.flush();
          done += n;
        }
      }

      @Override
      public void close() throws IOException {
        if (current.effect().stream() != Fault.Stream.STDIN) closed = true;
        out.close();
      }
    };
  }

  InputStream over(InputStream stream) {
    return new FilterInputStream(stream) {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) return 0;
        before();
        int n = in.read(bytes, offset, piece(length));
        if (n > 0) pass(bytes, offset, n);
        return n;
      }

      @Override
      public void close() throws IOException {
        closed = true;
        in.close();
      }
    };
  }
}
