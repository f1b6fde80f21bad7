package runbook.sandbox.fault;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What happens to requests.
 *
 * @param api whose requests; none: all
 * @param method none: all
 * @param path found anywhere in path and query; none: all
 * @param skip so many are let through first
 * @param count so many are hit; 0: all
 */
public record Fault(
    Optional<String> api,
    Optional<String> method,
    Optional<Pattern> path,
    int skip,
    int count,
    Effect effect) {

  /** Which of the streams between a client and a server. */
  public enum Stream {
    /** The body of an answer; of a command that is executed its standard output. */
    OUTPUT,
    STDIN,
    STDERR
  }

  /** What happens. */
  public sealed interface Effect {}

  /** This is answered instead. */
  public record Status(int code, Map<String, String> headers, String body) implements Effect {
    public Status {
      headers = Map.copyOf(headers);
    }
  }

  /** The connection is reset. */
  public record Reset(boolean afterTheWork) implements Effect {}

  /** In the sandbox's time. */
  public record Delay(Duration time) implements Effect {}

  /** There is no answer. */
  public record Silence() implements Effect {}

  /** Something happens within a stream. */
  public sealed interface InStream extends Effect {
    Stream stream();
  }

  /** Nothing comes any more from this byte on. */
  public record Stall(Stream stream, long at) implements InStream {}

  /**
   * @param bytes in a second of the sandbox's time
   */
  public record Slow(Stream stream, long bytes) implements InStream {}

  /**
   * The stream ends before this byte.
   *
   * @param close as if all were well, not by a reset
   * @param kill the command too
   */
  public record Cut(Stream stream, long at, boolean close, boolean kill) implements InStream {}

  /**
   * The connection is reset when nothing has passed for so long, in any direction: what a kubelet,
   * a load balancer or a firewall does. A command goes on.
   */
  public record Idle(Duration limit) implements InStream {
    @Override
    public Stream stream() {
      return Stream.OUTPUT;
    }
  }

  /** The lowest bit of this byte is another one. */
  public record Flip(Stream stream, long at) implements InStream {}

  /** A fault for the first request of an API whose path has this in it. */
  public static Fault once(String api, String path, Effect effect) {
    return of(api, path, 1, effect);
  }

  /** A fault for all of them. */
  public static Fault always(String api, String path, Effect effect) {
    return of(api, path, 0, effect);
  }

  /**
   * @param path a regular expression
   */
  public static Fault of(String api, String path, int count, Effect effect) {
    return new Fault(
        Optional.of(api), Optional.empty(), Optional.of(Pattern.compile(path)), 0, count, effect);
  }

  /** The same for one method only. */
  public Fault by(String verb) {
    return new Fault(api, Optional.of(verb), path, skip, count, effect);
  }

  /** The same after so many were let through. */
  public Fault after(int requests) {
    return new Fault(api, method, path, requests, count, effect);
  }

  boolean concerns(String requestApi, String requestMethod, String target) {
    return api.filter(a -> !a.equals(requestApi)).isEmpty()
        && method.filter(m -> !m.equals(requestMethod)).isEmpty()
        && path.filter(p -> !p.matcher(target).find()).isEmpty();
  }
}
