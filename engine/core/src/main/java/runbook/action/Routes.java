package runbook.action;

import java.util.List;
import java.util.Optional;
import runbook.world.Cloudflare;
import runbook.world.Cloudflare.Route;
import runbook.world.Failure;
import runbook.world.Failure.Kind;

/** Finds, compares and sets the Workers routes of a zone. */
final class Routes {
  private static final int LOOKS = 5;

  private Routes() {}

  /** A pattern's route, as it is or shall be: none, or one with or without a script. */
  record State(boolean exists, Optional<String> script) {
    static final State NONE = new State(false, Optional.empty());

    static State of(Optional<Route> route) {
      return route.map(r -> new State(true, r.script())).orElse(NONE);
    }

    String title() {
      if (!exists) return "no route";
      return script.map(s -> "the script `" + s + "`").orElse("no script");
    }
  }

  static Optional<Route> route(List<Route> routes, String pattern) {
    return routes.stream().filter(r -> r.pattern().equals(pattern)).findFirst();
  }

  /** Routes that win against this one for some URL and do something else. */
  static List<Route> holes(List<Route> routes, String pattern, Optional<String> script) {
    var ours = RoutePattern.of(pattern);
    return routes.stream()
        .filter(r -> !r.pattern().equals(pattern) && !r.script().equals(script))
        .filter(r -> RoutePattern.of(r.pattern()).meets(ours))
        .filter(r -> RoutePattern.of(r.pattern()).isMoreSpecificThan(ours))
        .toList();
  }

  static String title(Route r) {
    return "`" + r.pattern() + "` (" + State.of(Optional.of(r)).title() + ")";
  }

  /** Makes it so, and looks until Cloudflare shows it so. */
  static void settle(ActionContext context, String zone, String pattern, State target) {
    var cloudflare = context.world().cloudflare();
    for (int look = 1; look <= LOOKS; look++) {
      if (look > 1) context.pause(Waiting.EVERY);
      var now = route(cloudflare.routes(zone), pattern);
      if (State.of(now).equals(target)) return;
      context
          .progress()
          .say("route " + pattern + ": " + State.of(now).title() + " → " + target.title());
      try {
        change(cloudflare, zone, pattern, now, target);
      } catch (Failure e) {
        // a refusal may come of our own earlier try, whose answer was lost: the next look tells
        var after = State.of(route(cloudflare.routes(zone), pattern));
        if (!after.equals(target) && (e.kind() != Kind.UNREACHABLE || look == LOOKS)) throw e;
      }
    }
    if (State.of(route(cloudflare.routes(zone), pattern)).equals(target)) return;
    throw Failure.failed("Cloudflare does not show the route `" + pattern + "` as it was set.");
  }

  private static void change(
      Cloudflare cloudflare, String zone, String pattern, Optional<Route> now, State target) {
    if (!target.exists) now.ifPresent(r -> cloudflare.deleteRoute(zone, r.id()));
    else if (now.isEmpty()) cloudflare.createRoute(zone, pattern, target.script);
    else cloudflare.updateRoute(zone, new Route(now.get().id(), pattern, target.script));
  }
}
