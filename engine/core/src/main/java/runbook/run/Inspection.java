package runbook.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import runbook.action.ActionContext;
import runbook.action.Apply;
import runbook.action.Facts;
import runbook.action.Finding;
import runbook.action.Progress;
import runbook.plan.Plan;
import runbook.world.Failure;

/**
 * What the live systems say before anything is changed: each step asks what it needs, all at the
 * same time, and only reads.
 *
 * @param entries in the order of the steps, each finding once
 * @param later steps that could not be asked, since what they are given only the run can tell
 */
public record Inspection(List<Entry> entries, List<String> later) {
  /** How long one step may look. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** So many things that cannot be for the same reason are one. */
  private static final int MANY = 4;

  /**
   * @param steps that said it
   */
  public record Entry(List<String> steps, Finding finding) {}

  /** Whether a run would fail or do harm. */
  public boolean blocks() {
    return count(Finding.Level.BLOCKS) > 0;
  }

  public long count(Finding.Level level) {
    return entries.stream().filter(e -> e.finding().level() == level).count();
  }

  /**
   * Asks.
   *
   * @param parameters as {@link ParameterValues} gave them
   */
  public static Inspection of(Plan plan, Map<String, Object> parameters, Runner.Connector connector)
      throws IOException {
    var connected = connector.connect(Runner.settings(plan, parameters));
    var questions = Questions.of(plan, parameters, connected.namespace());
    var folder = Files.createTempDirectory("plan-preflight-");
    try {
      return new Asking(connected, new Secrets(plan, parameters), folder).all(questions);
    } finally {
      RunFolder.delete(folder);
    }
  }

  /** The questions of all steps to one world. */
  private record Asking(Runner.Connected connected, Secrets secrets, Path folder) {

    Inspection all(Questions questions) {
      var entries = new LinkedHashMap<Finding, Set<String>>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var answers = new ArrayList<Map.Entry<String, Future<List<Finding>>>>();
        for (var q : questions.askable())
          answers.add(Map.entry(q.step(), threads.submit(asking(q))));
        var made = new LinkedHashMap<String, String>();
        for (int i = 0; i < answers.size(); i++) {
          var step = answers.get(i).getKey();
          for (var finding : awaited(answers.get(i).getValue(), step))
            entries
                .computeIfAbsent(hidden(unlessMade(finding, made)), _ -> new LinkedHashSet<>())
                .add(step);
          makes(questions.askable().get(i)).forEach(thing -> made.putIfAbsent(thing, step));
        }
        threads.shutdownNow();
      }
      return new Inspection(onceEach(entries), questions.later());
    }

    /** What stands in the way of many for the same reason, such as no kubeconfig, is said once. */
    private static List<Entry> onceEach(Map<Finding, Set<String>> entries) {
      var reasons = new LinkedHashMap<List<Object>, List<Map.Entry<Finding, Set<String>>>>();
      for (var e : entries.entrySet()) {
        var f = e.getKey();
        var asked = f.level() == Finding.Level.BLOCKS ? "" : f.asked();
        reasons
            .computeIfAbsent(
                List.of(f.level(), asked, f.found(), f.remedy()), _ -> new ArrayList<>())
            .add(e);
      }
      return reasons.values().stream().flatMap(Asking::together).toList();
    }

    private static Stream<Entry> together(List<Map.Entry<Finding, Set<String>>> same) {
      if (same.size() < MANY)
        return same.stream().map(e -> new Entry(List.copyOf(e.getValue()), e.getKey()));
      var steps = same.stream().flatMap(e -> e.getValue().stream()).distinct().toList();
      var first = same.getFirst().getKey();
      var asked = first.asked() + " and " + (same.size() - 1) + " more";
      return Stream.of(
          new Entry(steps, new Finding(first.level(), asked, first.found(), first.remedy())));
    }

    private Callable<List<Finding>> asking(Questions.Question question) {
      return () -> {
        try {
          return question.action().preflight(context(question));
        } catch (Failure e) {
          var found = e.getMessage() + e.detail().map(d -> " " + d).orElse("");
          var asked = "step `" + question.step() + "`";
          return List.of(new Finding(Finding.Level.BLOCKS, asked, found, e.remedy()));
        }
      };
    }

    /** What a step sees to: what is missing now is there for those behind it. */
    private List<String> makes(Questions.Question question) {
      try {
        return question.action() instanceof Apply a ? a.makes(context(question)) : List.of();
      } catch (Failure e) {
        // its own preflight has said so
        return List.of();
      }
    }

    private static Finding unlessMade(Finding finding, Map<String, String> made) {
      return finding
          .missing()
          .flatMap(thing -> Optional.ofNullable(made.get(thing)))
          .map(step ->
              Finding.notice(finding.asked(), finding.found(), "Step `" + step + "` makes it."))
          .orElse(finding);
    }

    private List<Finding> awaited(Future<List<Finding>> answer, String step) {
      try {
        return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        return List.of(
            Finding.blocks(
                "step `" + step + "`",
                "There was no answer within " + LIMIT.toSeconds() + " s.",
                "See whether the cluster and the clouds can be reached."));
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.stopped("The operator asked to stop.");
      }
    }

    private Finding hidden(Finding f) {
      return new Finding(
          f.level(),
          secrets.hide(f.asked()),
          secrets.hide(f.found()),
          f.remedy().map(secrets::hide));
    }

    private ActionContext context(Questions.Question question) {
      return new ActionContext(
          connected.world(),
          connected.namespace(),
          question.places(),
          new ActionContext.Folders(
              question.planFolder(), folder.resolve("files"), folder.resolve("scratch")),
          new ActionContext.Identity("preflight", question.step()),
          connected.world().clock().now().plus(LIMIT),
          new NoFacts(),
          new NoProgress());
    }
  }

  /** A look has nothing to remember. */
  private record NoFacts() implements Facts {
    @Override
    public void record(String name, Object value) {
      throw new IllegalStateException("A preflight changes nothing, and has nothing to remember.");
    }

    @Override
    public Optional<Object> recall(String name) {
      return Optional.empty();
    }
  }

  private record NoProgress() implements Progress {
    @Override
    public void say(String line) {}

    @Override
    public void bytes(long done, long total) {}

    @Override
    public void output(byte[] bytes, int length) {}
  }
}
