package runbook.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import runbook.diag.Span;
import runbook.expr.EvaluationException;
import runbook.expr.Value;
import runbook.plan.Step;
import runbook.type.Conversion;
import runbook.world.Failure;

/** Walks a plan: what the journal has is passed over, the rest is done. */
final class Interpreter {
  private final Session session;
  private final Names names;
  private final Performer performer;
  private final String prefix;
  private final AtomicBoolean halted;

  Interpreter(Session session, Names names) {
    this(session, names, "", new AtomicBoolean());
  }

  private Interpreter(Session session, Names names, String prefix, AtomicBoolean halted) {
    this.session = session;
    this.names = names;
    this.performer = new Performer(session);
    this.prefix = prefix;
    this.halted = halted;
  }

  /** A {@link StepFailed} or {@link RunStopped} when the end is not reached. */
  void run() {
    sequence(session.plan().steps());
  }

  private void sequence(List<Step> steps) {
    for (var step : steps) {
      var key = key(step);
      if (halted.get()) throw new RunStopped(key, "Another branch has ended the run.");
      switch (step) {
        case Step.Act a -> act(a);
        case Step.Checkpoint c -> checkpoint(c);
        case Step.Parallel p -> parallel(p);
        case Step.Use u -> use(u);
      }
      if (session.until().filter(key::equals).isPresent())
        throw new RunStopped(key, "The run was asked to stop after `" + key + "`.");
    }
  }

  /** Names the step in the journal, behind the steps that use its plan. */
  private String key(Step step) {
    return prefix + step.controls().key();
  }

  // --- actions

  private void act(Step.Act step) {
    var key = key(step);
    var outputs = session.ledger().outputs(key);
    if (outputs.isEmpty() && !skips(step, Optional.empty())) {
      outputs =
          Optional.of(
              step.controls().forEach().isPresent()
                  ? each(step, key)
                  : one(step, key, Optional.empty()));
    }
    outputs.ifPresent(o -> names.bind(step, o));
  }

  /** Item by item; each has its own lines in the journal, and all together one more. */
  private Object each(Step.Act step, String key) {
    var began = session.now();
    var items = (List<?>) value(step.controls().forEach().get(), key, Optional.empty());
    var outputs = new ArrayList<Object>();
    for (int i = 0; i < items.size(); i++)
      outputs.add(one(step, key + "[" + i + "]", Optional.of((Object) items.get(i))));
    var now = session.now();
    session.record(new Event.Finished(now, key, outputs, java.time.Duration.between(began, now)));
    return outputs;
  }

  private Object one(Step.Act step, String key, Optional<Object> item) {
    var done = session.ledger().outputs(key);
    if (done.isPresent()) return done.get();
    var arguments = new LinkedHashMap<String, Object>();
    step.call().arguments().forEach((name, value) -> arguments.put(name, value(value, key, item)));
    var title = step.controls().title().map(t -> String.valueOf(value(t, key, item)));
    return performer.perform(step, key, title, arguments);
  }

  private boolean skips(Step step, Optional<Object> item) {
    var key = key(step);
    if (session.ledger().isSkipped(key)) return true;
    var when = step.controls().when();
    if (when.isEmpty() || value(when.get(), key, item).equals(true)) return false;
    session.record(new Event.Skipped(session.now(), key));
    return true;
  }

  // --- checkpoints

  private void checkpoint(Step.Checkpoint c) {
    var key = key(c);
    if (session.ledger().isPassed(key) || skips(c, Optional.empty())) return;
    for (var requirement : c.require()) {
      if (value(requirement.that(), key, Optional.empty()).equals(true)) continue;
      var words =
          requirement
              .otherwise()
              .map(o -> String.valueOf(value(o, key, Optional.empty())))
              .orElse("What the checkpoint requires does not hold.");
      throw refused(
          key,
          Failure.refused(
              words,
              "See line "
                  + requirement.span().line()
                  + " of `"
                  + requirement.span().source().name()
                  + "`."));
    }
    var question = c.ask().map(a -> String.valueOf(value(a, key, Optional.empty())));
    var by = "";
    if (question.isPresent()) {
      var answer = session.watcher().confirm(key, question.get());
      if (!answer.yes())
        throw new RunStopped(key, "The checkpoint `" + key + "` was not confirmed.");
      by = answer.by();
    }
    session.record(new Event.Passed(session.now(), key, question, by));
  }

  // --- used plans

  /**
   * Goes through the other plan also when the journal has it all: its outputs are made of what its
   * steps gave.
   */
  private void use(Step.Use u) {
    if (skips(u, Optional.empty())) return;
    var key = key(u);
    var plan = u.plan().orElseThrow();
    var began = session.now();
    boolean finished = session.ledger().outputs(key).isPresent();
    var arguments = value(u.arguments(), key, Optional.empty());
    var parameters =
        UsedPlan.parameters(
            plan, (Map<?, ?>) arguments, message -> refused(key, message, u.span()));
    session.secrets().learn(parameters);
    if (!finished && !session.ledger().isOpen(key)) {
      var title = u.controls().title().map(t -> String.valueOf(value(t, key, Optional.empty())));
      session.record(UsedPlan.started(began, key, title, u.file(), parameters));
    }
    var within =
        new Interpreter(
            session.within(plan, parameters), names.within(parameters), key + ".", halted);
    within.run();
    var outputs = new LinkedHashMap<String, Object>();
    plan.outputs()
        .forEach((name, value) -> outputs.put(name, within.value(value, key, Optional.empty())));
    if (!finished) {
      var now = session.now();
      session.record(
          new Event.Finished(
              now,
              key,
              session.secrets().hide(Conversion.written(outputs)),
              java.time.Duration.between(began, now)));
    }
    names.bind(u, outputs);
  }

  // --- branches

  /** Side by side; when one ends the run, the others end after the step that they are at. */
  private void parallel(Step.Parallel p) {
    if (skips(p, Optional.empty())) return;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new LinkedHashMap<String, Future<Void>>();
      p.branches().forEach((name, steps) -> running.put(name, threads.submit(branch(steps))));
      var problems = new ArrayList<RuntimeException>();
      for (Map.Entry<String, Future<Void>> branch : running.entrySet()) {
        try {
          branch.getValue().get();
        } catch (ExecutionException e) {
          problems.add(
              e.getCause() instanceof RuntimeException r
                  ? r
                  : new IllegalStateException(e.getCause()));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new RunStopped(key(p), "The run was interrupted.");
        }
      }
      rethrow(problems);
    }
  }

  private Callable<Void> branch(List<Step> steps) {
    return () -> {
      try {
        sequence(steps);
        return null;
      } catch (RuntimeException | Error e) {
        halted.set(true);
        throw e;
      }
    };
  }

  /** A defect before a failure, a failure before a stop. */
  private static void rethrow(List<RuntimeException> problems) {
    var worst =
        problems.stream()
            .filter(p -> !(p instanceof StepFailed) && !(p instanceof RunStopped))
            .findFirst()
            .or(() -> problems.stream().filter(StepFailed.class::isInstance).findFirst())
            .or(() -> problems.stream().findFirst());
    if (worst.isPresent()) throw worst.get();
  }

  private Object value(Value value, String key, Optional<Object> item) {
    try {
      return value.evaluate(names.of(item));
    } catch (EvaluationException e) {
      throw refused(key, e.getMessage(), value.span());
    }
  }

  private StepFailed refused(String key, String message, Span span) {
    return refused(key, Failure.refused(message, "See " + span + "."));
  }

  private StepFailed refused(String key, Failure failure) {
    session.record(
        new Event.Failed(
            session.now(),
            key,
            "refused",
            String.valueOf(failure.getMessage()),
            Optional.empty(),
            failure.remedy(),
            java.time.Duration.ZERO));
    return new StepFailed(key, failure);
  }
}
