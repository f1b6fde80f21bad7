package runbook.action;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** What the step gives. */
  public record Done(
      @Doc("Status of the last answer.") long status,
      @Doc("How many requests it took.") long probes)
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
