package runbook.action;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.world.Cloudflare.Route;
import runbook.world.Cloudflare.Zone;
import runbook.world.Failure;

/** Puts a Workers route in front of a zone, or brings back what was there before. */
@Declares(
    effect = Effect.CHANGE,
    doc = "Puts a Workers route in front of a zone, or brings back what was there before.")
public record CloudflareRoute(
    @Doc("Name of the zone, such as `example.com`.") Optional<String> zone,
    @Doc("What the route matches, such as `*example.com/*`.")
        @Touches(value = Thing.ROUTE, access = Access.CHANGE)
        Optional<String> pattern,
    @Doc("Worker that answers.") Optional<String> script,
    @Doc(
            "Whether a route of that pattern with another script is changed rather than refused; false unless given.")
        Optional<Boolean> replace,
    @Doc("An earlier step of this type: brings back what was there before it.")
        Optional<CloudflareRoute.Done> restore)
    implements Action<CloudflareRoute.Done> {
  /** Recorded before anything is changed: {@code existed}, and {@code script} if it had one. */
  private static final String BEFORE = "before";

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

  private String zoneName() {
    return restore.map(Done::zone).or(this::zone).orElseThrow();
  }

  private String routePattern() {
    return restore.map(Done::pattern).or(this::pattern).orElseThrow();
  }

  private Routes.State target() {
    return restore
        .map(d -> new Routes.State(d.existed(), d.previousScript()))
        .orElseGet(() -> new Routes.State(true, script));
  }

  private static Routes.State left(Done done) {
    return new Routes.State(done.routeId().isPresent(), done.script());
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
          var now = Routes.State.of(Routes.route(routes, routePattern()));
          if (now.exists() && now.equals(target())) {
            preflight.notice(asked, "It is there already.", "It will stay when it is restored.");
          } else if (now.exists() && !replace.orElse(false)) {
            preflight.blocks(asked, "It has " + now.title() + ".", REPLACE);
          } else {
            preflight.fine(asked, now.title());
          }
          for (var hole : Routes.holes(routes, routePattern(), script)) {
            preflight.notice(
                asked,
                "It does not cover " + Routes.title(hole) + ".",
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
    var now = Routes.State.of(Routes.route(routes, routePattern()));
    var before = recorded(context).orElse(now);
    var expected = restore.map(CloudflareRoute::left).orElse(before);
    boolean foreign = now.exists() && !now.equals(target()) && !now.equals(expected);
    if (foreign || restore.isEmpty() && refuses(now)) {
      throw Failure.refused(
          "The route `" + routePattern() + "` has " + now.title() + ".",
          restore.isPresent() ? "Put it right by hand: somebody changed it meanwhile." : REPLACE);
    }
    record(context, before);
    Routes.settle(context, zone.id(), routePattern(), target());
    return done(context, zone, before);
  }

  private boolean refuses(Routes.State now) {
    return now.exists() && !now.equals(target()) && !replace.orElse(false);
  }

  private static Optional<Routes.State> recorded(ActionContext context) {
    return context
        .facts()
        .recall(BEFORE)
        .map(f ->
            new Routes.State(
                Objects.at(f, "existed").equals(Optional.of(true)), Objects.text(f, "script")));
  }

  private static void record(ActionContext context, Routes.State before) {
    context
        .facts()
        .record(
            BEFORE,
            before.script().isPresent()
                ? Map.of("existed", before.exists(), "script", before.script().get())
                : Map.of("existed", before.exists()));
  }

  private Done done(ActionContext context, Zone zone, Routes.State before) {
    var routes = context.world().cloudflare().routes(zone.id());
    var now = Routes.route(routes, routePattern());
    var holes =
        now.isEmpty() ? List.<Route>of() : Routes.holes(routes, routePattern(), now.get().script());
    for (var hole : holes) context.progress().say("not covered: " + Routes.title(hole));
    return new Done(
        zone.name(),
        zone.id(),
        routePattern(),
        now.flatMap(Route::script),
        now.map(Route::id),
        before.exists(),
        before.script(),
        holes.stream().map(Route::pattern).toList());
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    var before = recorded(context);
    if (before.isEmpty()) return new Recovery.Repeat<>("Nothing was changed yet.");
    var zone = findZone(context);
    var now =
        Routes.State.of(
            Routes.route(context.world().cloudflare().routes(zone.id()), routePattern()));
    return now.equals(target())
        ? new Recovery.Done<>(done(context, zone, before.get()), "The route is as it shall be.")
        : new Recovery.Repeat<>("The route has " + now.title() + ".");
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    var target = new Routes.State(done.existed(), done.previousScript());
    var now =
        Routes.State.of(
            Routes.route(context.world().cloudflare().routes(done.zoneId()), done.pattern()));
    var what = "The route `" + done.pattern() + "` has " + target.title() + ", as before.";
    if (now.equals(target)) return new Reversal.Nothing(what);
    if (now.exists() && !now.equals(left(done))) {
      return new Reversal.Impossible(
          "Somebody changed the route `" + done.pattern() + "`: it has " + now.title() + ".");
    }
    Routes.settle(context, done.zoneId(), done.pattern(), target);
    return new Reversal.Undone(what);
  }
}
