package runbook.action;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.world.Cloudflare;
import runbook.world.Cloudflare.Route;
import runbook.world.Cloudflare.Zone;
import runbook.world.Failure;
import runbook.world.Failure.Kind;

/** Puts a Workers route in front of a zone, or brings back what was there before. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Puts a Workers route in front of a zone, or brings back what was there before.")
public record CloudflareRoute(
    @Doc("Name of the zone, such as `example.com`.") Optional<String> zone,
    @Doc("What the route matches, such as `*example.com/*`.") Optional<String> pattern,
    @Doc("Worker that answers.") Optional<String> script,
    @Doc(
            "Whether a route of that pattern with another script is changed rather than refused; false unless given.")
        Optional<Boolean> replace,
    @Doc("An earlier step of this type: brings back what was there before it.")
        Optional<CloudflareRoute.Done> restore)
    implements Action<CloudflareRoute.Done> {
  /** Recorded before anything is changed: {@code existed}, and {@code script} if it had one. */
  private static final String BEFORE = "before";

  private static final int LOOKS = 5;

  /** What the step gives. */
  public record Done(
      @Doc("Name of the zone.") String zone,
      @Doc("Its id.") String zoneId,
      @Doc("What the route matches.") String pattern,
      @Doc("Worker that answers now; absent when there is no route now.") Optional<String> script,
      @Doc("Id of the route; absent when there is none now.") Optional<String> routeId,
      @Doc("Whether an equal or other route of this pattern was there before.") boolean existed,
      @Doc("Worker that the earlier route had.") Optional<String> previousScript,
      @Doc("More specific routes, which the route does not cover.") List<String> holes)
      implements Output {}

  public CloudflareRoute {
    if (restore.isPresent()) {
      Require.that(
          zone.isEmpty() && pattern.isEmpty() && script.isEmpty() && replace.isEmpty(),
          "`restore` says which route; give nothing beside it.");
    } else {
      Require.that(
          zone.isPresent() && pattern.isPresent() && script.isPresent(),
          "Give `zone`, `pattern` and `script`, or `restore`.");
      Require.that(
          zone.get().matches("[a-z0-9-]+(\\.[a-z0-9-]+)+"),
          "`" + zone.get() + "` cannot be a zone: it is a domain such as `example.com`.");
      RoutePattern.check(pattern.get(), zone.get());
      Require.that(
          script.get().matches("[a-z0-9_][a-z0-9-_]*"),
          "`" + script.get() + "` cannot be the name of a worker.");
    }
  }

  /** A pattern's route, as it is or shall be: none, or one with or without a script. */
  private record State(boolean exists, Optional<String> script) {
    static final State NONE = new State(false, Optional.empty());

    static State of(Optional<Route> route) {
      return route.map(r -> new State(true, r.script())).orElse(NONE);
    }

    String title() {
      if (!exists) return "no route";
      return script.map(s -> "the script `" + s + "`").orElse("no script");
    }
  }

  private String zoneName() {
    return restore.map(Done::zone).or(this::zone).orElseThrow();
  }

  private String routePattern() {
    return restore.map(Done::pattern).or(this::pattern).orElseThrow();
  }

  private State target() {
    return restore
        .map(d -> new State(d.existed(), d.previousScript()))
        .orElseGet(() -> new State(true, script));
  }

  private static State left(Done done) {
    return new State(done.routeId().isPresent(), done.script());
  }

  private Zone findZone(ActionContext context) {
    var name = zoneName();
    var found = context.world().cloudflare().zone(name);
    if (found.isEmpty()) {
      throw Failure.refused(
          "Cloudflare shows no zone `" + name + "`.",
          "Check the name, and whether the token may read the zone.");
    }
    if (!found.get().active()) {
      throw Failure.refused(
          "The zone `" + name + "` is not active at Cloudflare, so a route there has no effect.",
          "Look at the zone's status in the dashboard.");
    }
    return found.get();
  }

  private void requireScript(ActionContext context, Zone zone) {
    if (restore.isPresent()) return;
    var has = context.world().cloudflare().hasScript(zone.accountId(), script.orElseThrow());
    if (has.equals(Optional.of(false))) {
      throw Failure.refused(
          "There is no worker `" + script.get() + "` at Cloudflare.",
          "Check the name, or deploy the worker first.");
    }
  }

  private static Optional<Route> route(List<Route> routes, String pattern) {
    return routes.stream().filter(r -> r.pattern().equals(pattern)).findFirst();
  }

  /** Routes that win against this one for some URL and do something else. */
  private static List<Route> holes(List<Route> routes, String pattern, Optional<String> script) {
    var ours = RoutePattern.of(pattern);
    return routes.stream()
        .filter(r -> !r.pattern().equals(pattern) && !r.script().equals(script))
        .filter(r -> RoutePattern.of(r.pattern()).meets(ours))
        .filter(r -> RoutePattern.of(r.pattern()).isMoreSpecificThan(ours))
        .toList();
  }

  private static String title(Route r) {
    return "`" + r.pattern() + "` (" + State.of(Optional.of(r)).title() + ")";
  }

  @Override
  public List<Finding> preflight(ActionContext context) {
    var preflight = new Preflight(context);
    var asked = "route `" + routePattern() + "`";
    var found = preflight.look("zone `" + zoneName() + "`", () -> findZone(context));
    if (found.isEmpty() || restore.isPresent()) return preflight.findings();
    preflight.look(
        "worker",
        () -> {
          requireScript(context, found.get());
          return true;
        });
    preflight
        .look(asked, () -> context.world().cloudflare().routes(found.get().id()))
        .ifPresent(routes -> {
          var now = State.of(route(routes, routePattern()));
          if (now.exists && now.equals(target())) {
            preflight.notice(asked, "It is there already.", "It will stay when it is restored.");
          } else if (now.exists && !replace.orElse(false)) {
            preflight.blocks(asked, "It has " + now.title() + ".", REPLACE);
          } else {
            preflight.fine(asked, now.title());
          }
          for (var hole : holes(routes, routePattern(), script)) {
            preflight.notice(
                asked,
                "It does not cover " + title(hole) + ".",
                "Check that nobody can write through there.");
          }
        });
    if (!RoutePattern.of(routePattern()).coversZone(zoneName())) {
      preflight.notice(
          asked,
          "It does not match every host of the zone.",
          "`*" + zoneName() + "/*` matches all, `www` among them.");
    }
    return preflight.findings();
  }

  private static final String REPLACE =
      "Take the route away, or say `replace: true` to change it for the time of the run.";

  @Override
  public Done run(ActionContext context) {
    var zone = findZone(context);
    requireScript(context, zone);
    var routes = context.world().cloudflare().routes(zone.id());
    var now = State.of(route(routes, routePattern()));
    var before = recorded(context).orElse(now);
    var expected = restore.map(CloudflareRoute::left).orElse(before);
    boolean foreign = now.exists && !now.equals(target()) && !now.equals(expected);
    if (foreign || restore.isEmpty() && refuses(now)) {
      throw Failure.refused(
          "The route `" + routePattern() + "` has " + now.title() + ".",
          restore.isPresent() ? "Put it right by hand: somebody changed it meanwhile." : REPLACE);
    }
    record(context, before);
    settle(context, zone.id(), routePattern(), target());
    return done(context, zone, before);
  }

  private boolean refuses(State now) {
    return now.exists && !now.equals(target()) && !replace.orElse(false);
  }

  private static Optional<State> recorded(ActionContext context) {
    return context
        .facts()
        .recall(BEFORE)
        .map(f ->
            new State(
                Objects.at(f, "existed").equals(Optional.of(true)), Objects.text(f, "script")));
  }

  private static void record(ActionContext context, State before) {
    context
        .facts()
        .record(
            BEFORE,
            before.script.isPresent()
                ? Map.of("existed", before.exists, "script", before.script.get())
                : Map.of("existed", before.exists));
  }

  private Done done(ActionContext context, Zone zone, State before) {
    var routes = context.world().cloudflare().routes(zone.id());
    var now = route(routes, routePattern());
    var holes =
        now.isEmpty() ? List.<Route>of() : holes(routes, routePattern(), now.get().script());
    for (var hole : holes) context.progress().say("not covered: " + title(hole));
    return new Done(
        zone.name(),
        zone.id(),
        routePattern(),
        now.flatMap(Route::script),
        now.map(Route::id),
        before.exists,
        before.script,
        holes.stream().map(Route::pattern).toList());
  }

  /** Makes it so, and looks until Cloudflare shows it so. */
  private static void settle(ActionContext context, String zone, String pattern, State target) {
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

  @Override
  public Recovery<Done> recover(ActionContext context) {
    var before = recorded(context);
    if (before.isEmpty()) return new Recovery.Repeat<>("Nothing was changed yet.");
    var zone = findZone(context);
    var now = State.of(route(context.world().cloudflare().routes(zone.id()), routePattern()));
    return now.equals(target())
        ? new Recovery.Done<>(done(context, zone, before.get()), "The route is as it shall be.")
        : new Recovery.Repeat<>("The route has " + now.title() + ".");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    var target = new State(done.existed(), done.previousScript());
    var now = State.of(route(context.world().cloudflare().routes(done.zoneId()), done.pattern()));
    var what = "The route `" + done.pattern() + "` has " + target.title() + ", as before.";
    if (now.equals(target)) return new Reversal.Nothing(what);
    if (now.exists && !now.equals(left(done))) {
      return new Reversal.Impossible(
          "Somebody changed the route `" + done.pattern() + "`: it has " + now.title() + ".");
    }
    settle(context, done.zoneId(), done.pattern(), target);
    return new Reversal.Undone(what);
  }
}
