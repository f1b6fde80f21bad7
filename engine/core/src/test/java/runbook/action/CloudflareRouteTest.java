package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.client.OnCluster;
import runbook.world.Cloudflare;
import runbook.world.Cloudflare.Route;
import runbook.world.Failure;
import runbook.world.World;

class CloudflareRouteTest {
  private static final String ZONE = Lab.ZONE;
  // a host of the tests' own: other runs put routes in front of the whole zone
  private static final String HOST = "route-test.pythondiscord.com";
  private static final String PATTERN = HOST + "/*";

  private static CloudflareRoute put(String pattern, String script, boolean replace) {
    return new CloudflareRoute(
        Optional.of(ZONE),
        Optional.of(pattern),
        Optional.of(script),
        replace ? Optional.of(true) : Optional.empty(),
        Optional.empty());
  }

  private static CloudflareRoute restore(CloudflareRoute.Done done) {
    return new CloudflareRoute(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(done));
  }

  @Test
  void wantsARouteOrARestore() {
    assertThatThrownBy(() ->
            new CloudflareRoute(
                Optional.of(ZONE),
                Optional.empty(),
                Optional.of("maintenance"),
                Optional.empty(),
                Optional.empty()))
        .hasMessage("Give `zone`, `pattern` and `script`, or `restore`.");
    assertThatThrownBy(() -> put("*example.com/*", "maintenance", false))
        .hasMessage(
            "`*example.com/*` cannot be the pattern of a route: its host is not in the zone `pythondiscord.com`.");
    assertThatThrownBy(() -> put(PATTERN, "not a script", false))
        .isInstanceOf(IllegalArgumentException.class);
    var done =
        new CloudflareRoute.Done(
            ZONE,
            "1",
            PATTERN,
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            List.of());
    assertThatThrownBy(() ->
            new CloudflareRoute(
                Optional.of(ZONE),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(done)))
        .hasMessage("`restore` says which route; give nothing beside it.");
  }

  @Nested
  @OnCluster
  class InTheLab {
    private static Lab lab;
    private final World world = lab.world;

    @BeforeAll
    static void open() {
      lab = Lab.open("plan-route-test");
    }

    @AfterAll
    static void close() {
      lab.close();
    }

    @TempDir Path folder;

    @BeforeEach
    @AfterEach
    void clean() {
      lab.removeRoutes(HOST);
    }

    private String zone() {
      return world.cloudflare().zone(ZONE).orElseThrow().id();
    }

    private List<Route> routes() {
      return world.cloudflare().routes(zone());
    }

    private Optional<Optional<String>> script() {
      return routes().stream()
          .filter(r -> r.pattern().equals(PATTERN))
          .findFirst()
          .map(Route::script);
    }

    private Trial trial() {
      return lab.trial(folder);
    }

    private Failure refusal(CloudflareRoute action) {
      return catchThrowableOfType(Failure.class, () -> action.run(trial().context()));
    }

    @Test
    void putsARouteAndTakesItAway() {
      var trial = trial();
      var action = put(PATTERN, "maintenance", false);
      assertThat(action.preflight(trial.context()))
          .extracting(Finding::level)
          .doesNotContain(Finding.Level.BLOCKS);
      var done = action.run(trial.context());
      assertThat(script()).contains(Optional.of("maintenance"));
      assertThat(done.existed()).isFalse();
      // as after a crash
      assertThat(action.recover(trial.context()))
          .isEqualTo(new Recovery.Done<>(done, "The route is as it shall be."));
      assertThat(action.run(trial.context())).isEqualTo(done);

      var back = trial();
      var restored = restore(done).run(back.context());
      assertThat(script()).isEmpty();
      assertThat(restored.routeId()).isEmpty();
      assertThat(restore(done).run(back.context()).routeId()).isEmpty();
      assertThat(restore(done).undo(back.context(), restored)).isInstanceOf(Reversal.Undone.class);
      assertThat(script()).contains(Optional.of("maintenance"));
      var undone = action.undo(trial.context(), done);
      assertThat(undone).isInstanceOf(Reversal.Undone.class);
      assertThat(script()).isEmpty();
      assertThat(action.undo(trial.context(), done)).isInstanceOf(Reversal.Nothing.class);
    }

    @Test
    void leavesARouteThatWasThereBefore() {
      world.cloudflare().createRoute(zone(), PATTERN, Optional.of("maintenance"));
      var done = put(PATTERN, "maintenance", false).run(trial().context());
      assertThat(done.existed()).isTrue();
      restore(done).run(trial().context());
      assertThat(script()).contains(Optional.of("maintenance"));
    }

    @Test
    void refusesAForeignScriptUnlessToldToReplaceIt() {
      world.cloudflare().createRoute(zone(), PATTERN, Optional.of("redirects"));
      var refused = refusal(put(PATTERN, "maintenance", false));
      assertThat(refused).hasMessage("The route `" + PATTERN + "` has the script `redirects`.");
      assertThat(put(PATTERN, "maintenance", false).preflight(trial().context()))
          .extracting(Finding::level)
          .contains(Finding.Level.BLOCKS);
      var done = put(PATTERN, "maintenance", true).run(trial().context());
      assertThat(script()).contains(Optional.of("maintenance"));
      assertThat(done.previousScript()).contains("redirects");
      restore(done).run(trial().context());
      assertThat(script()).contains(Optional.of("redirects"));
    }

    @Test
    void putsBackARouteWithoutAScript() {
      world.cloudflare().createRoute(zone(), PATTERN, Optional.empty());
      var done = put(PATTERN, "maintenance", true).run(trial().context());
      assertThat(done.existed()).isTrue();
      assertThat(done.previousScript()).isEmpty();
      restore(done).run(trial().context());
      assertThat(script()).contains(Optional.empty());
    }

    @Test
    void doesNotTakeAwayWhatSomebodyChanged() {
      var done = put(PATTERN, "maintenance", false).run(trial().context());
      var route = routes().stream().filter(r -> r.pattern().equals(PATTERN)).findFirst().get();
      world
          .cloudflare()
          .updateRoute(zone(), new Route(route.id(), PATTERN, Optional.of("redirects")));
      assertThat(refusal(restore(done)).kind()).isEqualTo(Failure.Kind.REFUSED);
      assertThat(put(PATTERN, "maintenance", false).undo(trial().context(), done))
          .isInstanceOf(Reversal.Impossible.class);
    }

    /** The lab makes the route, but nobody hears of it. */
    @Test
    void survivesALostAnswer() {
      var lost = new AtomicInteger();
      var cloudflare =
          (Cloudflare)
              Proxy.newProxyInstance(
                  Cloudflare.class.getClassLoader(),
                  new Class<?>[] {Cloudflare.class},
                  (_, method, arguments) -> {
                    var result = method.invoke(world.cloudflare(), arguments);
                    if (method.getName().equals("createRoute") && lost.incrementAndGet() == 1)
                      throw Failure.unreachable("Cloudflare did not answer.", null);
                    return result;
                  });
      var deaf =
          new World(
              world.cluster(),
              world.linode(),
              cloudflare,
              world.web(),
              world.local(),
              world.clock());
      var done =
          put(PATTERN, "maintenance", false).run(new Trial(deaf, folder, lab.namespace).context());
      assertThat(lost).hasValue(1);
      assertThat(done.existed()).isFalse();
      assertThat(routes().stream().filter(r -> r.pattern().equals(PATTERN))).hasSize(1);
    }

    @Test
    void listsTheHoles() {
      var inner = HOST + "/inner/*";
      world.cloudflare().createRoute(zone(), inner, Optional.empty());
      var trial = trial();
      var done = put(PATTERN, "maintenance", false).run(trial.context());
      assertThat(done.holes()).containsExactly(inner);
      assertThat(trial.said).contains("not covered: `" + inner + "` (no script)");
    }

    @Test
    void refusesWhatIsNotThere() {
      assertThat(refusal(put(PATTERN, "nobody", false)))
          .hasMessage("There is no worker `nobody` at Cloudflare.");
      var elsewhere =
          new CloudflareRoute(
              Optional.of("example.org"),
              Optional.of("example.org/*"),
              Optional.of("maintenance"),
              Optional.empty(),
              Optional.empty());
      assertThat(refusal(elsewhere)).hasMessage("Cloudflare shows no zone `example.org`.");
    }
  }
}
