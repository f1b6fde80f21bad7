package runbook.sandbox.cloudflare;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import runbook.sandbox.http.Headers;
import runbook.sandbox.time.Deadline;
import runbook.sandbox.time.SandboxClock;

/** 1200 requests in five minutes for a token; who asks for more is blocked for five minutes. */
final class RateLimit {
  private static final int MOST = 1200;
  private static final Duration WINDOW = Duration.ofMinutes(5);

  private static final class Spent {
    final Deadline end;
    int requests;

    Spent(Deadline end) {
      this.end = end;
    }
  }

  private final SandboxClock clock;
  private final Map<String, Spent> spent = new HashMap<>();

  RateLimit(SandboxClock clock) {
    this.clock = clock;
  }

  /**
   * Counts a request and says in the headers how many are left; seconds there are real ones, since
   * they are for clients.
   */
  synchronized void spend(Token token, Headers headers) {
    var window = spent.get(token.id());
    if (window == null || window.end.isOver())
      spent.put(token.id(), window = new Spent(clock.deadline(WINDOW)));
    window.requests++;
    // the block begins with the first request that was too many
    if (window.requests == MOST + 1) {
      window = new Spent(clock.deadline(WINDOW));
      window.requests = MOST + 1;
      spent.put(token.id(), window);
    }
    long seconds = clock.real(window.end.left()).toSeconds() + 1;
    int left = Math.max(0, MOST - window.requests);
    headers.set("Ratelimit", "\"default\";r=" + left + ";t=" + seconds);
    headers.set("Ratelimit-Policy", "\"default\";q=" + MOST + ";w=" + WINDOW.toSeconds());
    if (window.requests <= MOST) return;
    headers.set("retry-after", Long.toString(seconds));
    throw ApiError.tooManyRequests();
  }
}
