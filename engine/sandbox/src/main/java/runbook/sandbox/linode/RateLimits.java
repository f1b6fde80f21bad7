package runbook.sandbox.linode;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import runbook.sandbox.http.Headers;
import runbook.sandbox.time.Deadline;
import runbook.sandbox.time.SandboxClock;

/**
 * How often a token may ask in a minute, by kind of request, as {@code
 * techdocs.akamai.com/linode-api/reference/rate-limits} has it.
 */
final class RateLimits {
  /** A kind of request with its limit for a minute. */
  enum Kind {
    LIST(200),
    CREATE_VOLUME(100),
    OTHER(1600);

    final int perMinute;

    Kind(int perMinute) {
      this.perMinute = perMinute;
    }
  }

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private record Key(String token, Kind kind) {}

  private static final class Window {
    final Deadline end;
    final Instant reset;
    int spent;

    Window(SandboxClock clock) {
      end = clock.deadline(MINUTE);
      reset = clock.instant().plus(MINUTE);
    }
  }

  private final SandboxClock clock;
  private final Map<Key, Window> windows = new HashMap<>();

  RateLimits(SandboxClock clock) {
    this.clock = clock;
  }

  /**
   * Counts a request and says in the headers how many are left.
   *
   * @throws Refusal with status 429 when there were too many; {@code Retry-After} is in real
   *     seconds, since it is for clients
   */
  synchronized void spend(String token, Kind kind, Headers headers) {
    var key = new Key(token, kind);
    var window = windows.get(key);
    if (window == null || window.end.isOver()) windows.put(key, window = new Window(clock));
    window.spent++;
    headers.set("X-RateLimit-Limit", Integer.toString(kind.perMinute));
    headers.set(
        "X-RateLimit-Remaining", Integer.toString(Math.max(0, kind.perMinute - window.spent)));
    headers.set("X-RateLimit-Reset", Long.toString(window.reset.getEpochSecond()));
    if (window.spent <= kind.perMinute) return;
    headers.set("Retry-After", Long.toString(clock.real(window.end.left()).toSeconds() + 1));
    throw Refusal.of(429, "Too many requests");
  }
}
