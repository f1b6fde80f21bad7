package runbook.action;

import java.util.List;
import java.util.Optional;

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

  @Override
  public List<Finding> preflight(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Done run(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Recovery<Done> recover(ActionContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reversal undo(ActionContext context, Done done) {
    throw new UnsupportedOperationException();
  }
}
