package runbook.run;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.action.Action;
import runbook.action.ActionType;
import runbook.action.Output;
import runbook.action.Recovery;
import runbook.plan.Step;
import runbook.type.Conversion;
import runbook.type.Durations;
import runbook.world.Failure;

/**
 * Carries out one action: journalled before and after, recovered, retried, within its time limit.
 */
final class Performer {
  private static final Duration USUAL_LIMIT = Duration.ofHours(1);
  private static final List<String> USUALLY_RETRIED = List.of("failed", "unreachable", "timeout");

  private final Session session;

  Performer(Session session) {
    this.session = session;
  }

  /**
   * @param plain arguments as evaluated
   * @return the outputs in their written form
   */
  Object perform(Step.Act step, String key, Optional<String> title, Map<String, Object> plain) {
    var type = step.call().type();
    var began = session.now();
    session.secrets().learn(plain);
    var arguments = new LinkedHashMap<String, Object>();
    Action<?> action;
    try {
      plain.forEach((name, value) ->
          arguments.put(name, Conversion.convert(type.parameters().get(name).type(), value)));
      action = type.construct(arguments);
    } catch (IllegalArgumentException e) {
      throw failed(key, began, Failure.refused(e.getMessage(), "See " + step.call().span() + "."));
    }
    var deadline = began.plus(limit(step));
    var recovered = recover(action, key, deadline);
    if (recovered.isPresent()) return finish(key, began, recovered.get());
    var retry = step.controls().retry();
    for (long attempt = 1; ; attempt++) {
      var tried = session.now();
      session.record(
          new Event.Started(
              tried,
              key,
              title,
              type.name(),
              session.ledger().attempts(key) + 1,
              written(arguments)));
      try {
        return finish(key, began, attempt(action, key, deadline));
      } catch (Failure e) {
        var failed = failed(key, tried, e);
        if (attempt >= retry.map(Step.Retry::attempts).orElse(1L) || !retried(retry, e))
          throw failed;
        if (!session.now().plus(retry.get().delay()).isBefore(deadline)) {
          session.watcher().said(key, "no time is left to try again");
          throw failed;
        }
        session
            .watcher()
            .said(
                key,
                "trying again in "
                    + Durations.format(retry.get().delay())
                    + ", attempt "
                    + (attempt + 1)
                    + " of "
                    + retry.get().attempts());
        session.world().clock().sleep(retry.get().delay());
      }
    }
  }

  private static boolean retried(Optional<Step.Retry> retry, Failure e) {
    var on = retry.map(Step.Retry::on).filter(kinds -> !kinds.isEmpty()).orElse(USUALLY_RETRIED);
    return on.contains(e.kind().name().toLowerCase());
  }

  private static Duration limit(Step.Act step) {
    return step.controls().timeout().orElse(USUAL_LIMIT);
  }

  private Output attempt(Action<?> action, String key, Instant deadline) {
    try (var output =
        new StepOutput(session.folder().output(key), key, session.watcher(), session.secrets())) {
      return action.run(session.context(key, deadline, output));
    }
  }

  /** What an earlier process began and never ended: the action looks, and decides. */
  private <O extends Output> Optional<O> recover(Action<O> action, String key, Instant deadline) {
    if (!session.ledger().isOpen(key)) return Optional.empty();
    try (var output =
        new StepOutput(session.folder().output(key), key, session.watcher(), session.secrets())) {
      var decision = action.recover(session.context(key, deadline, output));
      var name = decision.getClass().getSimpleName().toLowerCase();
      session.record(new Event.Recovered(session.now(), key, name, decision.reason()));
      return switch (decision) {
        case Recovery.Done<O> d -> Optional.of(d.result());
        case Recovery.Repeat<O> _, Recovery.Attach<O> _ -> Optional.empty();
        case Recovery.Ask<O> a -> {
          var answer = session.watcher().decide(key, a.reason() + " Do the step again?");
          if (!answer.yes()) throw new RunStopped(key, a.reason());
          yield Optional.empty();
        }
      };
    } catch (Failure e) {
      throw failed(key, session.now(), e);
    }
  }

  private Object finish(String key, Instant began, Output output) {
    var written = session.secrets().hide(Conversion.written(ActionType.plain(output)));
    var now = session.now();
    session.record(new Event.Finished(now, key, written, Duration.between(began, now)));
    session.folder().forget(key);
    return written;
  }

  private StepFailed failed(String key, Instant began, Failure unread) {
    var now = session.now();
    var e = session.secrets().hide(unread);
    session.record(
        new Event.Failed(
            now,
            key,
            e.kind().name().toLowerCase(),
            String.valueOf(e.getMessage()),
            e.detail(),
            e.remedy(),
            Duration.between(began, now)));
    return new StepFailed(key, e);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> written(Map<String, Object> arguments) {
    return (Map<String, Object>) Conversion.written(arguments);
  }
}
