package runbook.action;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.world.Failure;
import runbook.world.Failure.Kind;
import runbook.world.Web.Answer;

/** Probes a URL until it answers as expected. */
@Declares(effect = Effect.READ, doc = "Probes a URL until it answers as expected.")
public record Http(
    @Doc("URL.") String url,
    @Doc("Method; `GET` unless given.") Optional<String> method,
    @Doc("Request headers.") Optional<Map<String, String>> headers,
    @Doc("Expected status codes; 200 unless given.") Optional<List<Long>> status,
    @Doc("Regular expression that the body must contain.") Optional<String> body,
    @Doc("How many answers in a row must be as expected; 1 unless given.") Optional<Long> times,
    @Doc("Pause between probes; 1s unless given.") Optional<Duration> interval)
    implements Action<Http.Done> {
  /** A visitor would have gone by then. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What the step gives. */
  public record Done(
      @Doc("Status of the last answer.") long status,
      @Doc("How many requests it took.") long probes)
      implements Output {}

  public Http {
    checkUrl(url);
    method.ifPresent(m ->
        Require.that(m.matches("[A-Z]+"), "`" + m + "` is no method such as `GET` or `HEAD`."));
    status.ifPresent(all -> {
      Require.that(!all.isEmpty(), "`status` is empty.");
      for (var s : all) {
        Require.that(s >= 100 && s <= 599, "`" + s + "` is no status of HTTP.");
      }
    });
    body.ifPresent(b -> Require.regex("body", b));
    times.ifPresent(n -> Require.that(n >= 1, "`times` is at least 1."));
    interval.ifPresent(d -> Require.that(!d.isNegative(), "`interval` is not negative."));
  }

  private static void checkUrl(String url) {
    var say = "`" + url + "` is no URL that begins with `http://` or `https://`.";
    try {
      var uri = new URI(url);
      var scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase();
      Require.that(scheme.matches("https?") && uri.getHost() != null, say);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(say, e);
    }
  }

  /** How one probe went. */
  private record Probe(boolean fits, long status, String what) {}

  private Probe probe(ActionContext context) {
    var left = context.remaining();
    try {
      var limit = left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
      var answer =
          context.world().web().request(method.orElse("GET"), url, headers.orElse(Map.of()), limit);
      return new Probe(fits(answer), answer.status(), describe(answer));
    } catch (Failure e) {
      if (e.kind() != Kind.UNREACHABLE && e.kind() != Kind.TIMEOUT) throw e;
      return new Probe(false, 0, e.getMessage() + e.detail().map(d -> " " + d).orElse(""));
    }
  }

  private boolean fits(Answer answer) {
    return status.orElse(List.of(200L)).contains((long) answer.status())
        && body.map(b -> Require.regex("body", b).matcher(answer.body()).find()).orElse(true);
  }

  private static String describe(Answer answer) {
    var text = answer.body().strip();
    int end = Math.min(200, text.length());
    // half of a surrogate pair is no character
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) end--;
    var cut = text.substring(0, end) + (end < text.length() ? "…" : "");
    return "status " + answer.status() + (cut.isEmpty() ? "" : ": " + cut);
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    // other methods may change something
    if (!List.of("GET", "HEAD").contains(method.orElse("GET"))) return List.of();
    preflight
        .look(url, () -> probe(context))
        .ifPresent(now -> {
          if (now.status > 0) preflight.fine(url, "answers now with " + now.what);
          else preflight.notice(url, now.what, "Check the URL, unless it is down on purpose.");
        });
    return preflight.findings();
  }

  @Override
  public Done run(ActionContext context) {
    long wanted = times.orElse(1L);
    var waiting = new Waiting(context);
    var last = new Probe(false, 0, "");
    long row = 0;
    for (long probes = 1; ; probes++) {
      try {
        if (probes > 1) context.pause(interval.orElse(Duration.ofSeconds(1)));
        var now = probe(context);
        // silence up to the time limit says less than the answer before it
        boolean cut = now.status == 0 && isOver(context) && !last.what.isEmpty();
        last = cut ? new Probe(false, last.status, last.what) : now;
      } catch (Failure e) {
        if (e.kind() != Kind.TIMEOUT) throw e;
        throw late(last, probes - 1);
      }
      row = last.fits ? row + 1 : 0;
      if (row >= wanted) return new Done(last.status, probes);
      waiting.say(
          last.fits ? "as expected " + row + " of " + wanted + " times" : "not yet: " + last.what);
    }
  }

  private static boolean isOver(ActionContext context) {
    return !context.world().clock().now().isBefore(context.deadline());
  }

  private Failure late(Probe last, long probes) {
    return Failure.timeout(
            "`"
                + url
                + "` did not answer as expected before the time limit, in "
                + Workloads.count(probes, "probe")
                + ".")
        .withDetail("The last answer: " + (last.what.isEmpty() ? "none" : last.what))
        .withRemedy("Expected: " + expectation() + ".");
  }

  private String expectation() {
    var codes =
        String.join(" or ", status.orElse(List.of(200L)).stream().map(s -> "" + s).toList());
    return "status "
        + codes
        + body.map(b -> ", a body with `" + b + "`").orElse("")
        + (times.orElse(1L) > 1 ? ", " + times.get() + " times in a row" : "");
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    return new Recovery.Repeat<>("A probe may be repeated.");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    return new Reversal.Nothing("It changed nothing.");
  }
}
