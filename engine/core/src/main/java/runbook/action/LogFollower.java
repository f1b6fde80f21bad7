package runbook.action;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import runbook.world.Cluster.LogLine;
import runbook.world.Failure;

/**
 * Reads the log of a place's container, each line once, over lost connections and restarts: the
 * rest of the old container's log first, then the new one's.
 */
final class LogFollower {
  /** So that a node that went away without a word is noticed. */
  private static final Duration AT_A_TIME = Duration.ofMinutes(1);

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int SHOWN = 20;
  private static final int TRIES = 10;

  private final ActionContext context;
  private final Place.InPod place;
  private final Optional<Pattern> pattern;
  private final List<Pattern> failOn;
  private final Instant from;

  private final List<String> matches = new ArrayList<>();
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private long lines;
  private Optional<String> offence = Optional.empty();

  private Optional<PodFinder.Found> container = Optional.empty();

  /** The newest time, and the lines of its second: a log is asked for from whole seconds on. */
  private Optional<Instant> newest = Optional.empty();

  private final Map<LogLine, Integer> seen = new HashMap<>();

  /**
   * @param from lines before it are none of ours
   */
  LogFollower(
      ActionContext context,
      Place.InPod place,
      Optional<Pattern> pattern,
      List<Pattern> failOn,
      Instant from) {
    this.context = context;
    this.place = place;
    this.pattern = pattern;
    this.failOn = failOn;
    this.from = from;
  }

  List<String> matches() {
    return List.copyOf(matches);
  }

  long lines() {
    return lines;
  }

  /** The last lines that were read, for a message. */
  String lastLines() {
    return String.join("\n", last);
  }

  /** Reads until so many lines have matched. */
  void awaitMatches(long count) {
    read(() -> matches.size() >= count, Optional.empty());
  }

  /** Reads until that time. */
  void watch(Instant until) {
    read(() -> !context.world().clock().now().isBefore(until), Optional.of(until));
  }

  private interface Enough {
    boolean yes();
  }

  private void read(Enough enough, Optional<Instant> until) {
    for (int failures = 0; !enough.yes(); ) {
      try {
        var limit = until.map(this::left).orElseGet(context::remaining);
        limit = limit.compareTo(AT_A_TIME) < 0 ? limit : AT_A_TIME;
        PodFinder.logged(context, place).ifPresent(this::into);
        if (container.isPresent()) logs(false, limit, enough);
        failures = 0;
      } catch (Failure f) {
        if (f.kind() == Failure.Kind.STOPPED || f.kind() == Failure.Kind.TIMEOUT) throw f;
        // a container that comes or goes has no log for a while
        if (f.kind() != Failure.Kind.UNREACHABLE && ++failures > TRIES) throw f;
        context.progress().say(f.getMessage() + " Trying again.");
      }
      Shell.stopIfAsked();
      if (offence.isPresent())
        throw Failure.failed(
                "A line in the log of place `" + place.name() + "` is one that `failOn` finds.")
            .withDetail(offence.get());
      if (!enough.yes())
        context.pause(until.map(this::left).filter(l -> l.compareTo(PAUSE) < 0).orElse(PAUSE));
    }
  }

  private Duration left(Instant until) {
    var left = Duration.between(context.world().clock().now(), until);
    var all = context.remaining();
    return left.isNegative() ? Duration.ZERO : left.compareTo(all) < 0 ? left : all;
  }

  /** Goes over to the container, if it is another one than before. */
  private void into(PodFinder.Found next) {
    if (container.filter(c -> c.identity().equals(next.identity())).isPresent()) return;
    var restarted = container.filter(c -> c.pod().uid().equals(next.pod().uid())).isPresent();
    if (container.isPresent())
      context.progress().say("The container is another one now; reading its log from the start.");
    if (restarted) logs(true, AT_A_TIME, () -> false);
    container = Optional.of(next);
    newest = Optional.empty();
    seen.clear();
  }

  private void logs(boolean previous, Duration limit, Enough enough) {
    var target = container.orElseThrow().target();
    var known = new HashMap<>(seen);
    var since = newest.or(() -> Optional.of(from).filter(f -> f.isAfter(Instant.EPOCH)));
    context
        .world()
        .cluster()
        .logs(
            target,
            since,
            previous,
            limit,
            line -> {
              // equal lines of one moment count as often as they were written
              var times = known.getOrDefault(line, 0);
              if (times > 0) {
                known.put(line, times - 1);
                return true;
              }
              take(line);
              return offence.isEmpty() && !enough.yes();
            });
  }

  private void take(LogLine line) {
    remember(line);
    if (line.time().isBefore(from)) return;
    var text = line.text();
    lines++;
    last.addLast(text);
    if (last.size() > SHOWN) last.removeFirst();
    var bytes = (text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    context.progress().output(bytes, bytes.length);
    if (failOn.stream().anyMatch(p -> p.matcher(text).find())) offence = Optional.of(text);
    else if (pattern.filter(p -> p.matcher(text).find()).isPresent()) matches.add(text);
  }

  private void remember(LogLine line) {
    if (newest.isEmpty() || line.time().isAfter(newest.get())) {
      var second = line.time().truncatedTo(ChronoUnit.SECONDS);
      if (newest.isPresent() && newest.get().isBefore(second))
        seen.keySet().removeIf(l -> l.time().isBefore(second));
      newest = Optional.of(line.time());
    }
    seen.merge(line, 1, Integer::sum);
  }
}
