package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.plan.Plan;

/** A plan carried out with real processes of this machine, and everything that could be seen. */
final class Play implements Watcher {
  final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  final List<String> said = Collections.synchronizedList(new ArrayList<>());
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final Path home;
  private final Path file;
  private Answer answer = new Answer(true, "somebody");
  private Optional<String> until = Optional.empty();
  private Map<String, String> environment = Map.of();
  private Map<String, String> set = Map.of();
  private Hook hook = () -> {};

  private Play(Path folder) {
    this.home = folder.resolve(".plan");
    this.file = folder.resolve("plan.yaml");
  }

  /**
   * @param folder empty, for this test alone
   */
  Play(Path folder, String plan) throws IOException {
    this(folder);
    Files.writeString(file, plan);
  }

  /** Somebody who looks on and says nothing. */
  static Watcher silent() {
    return new Play(Path.of(""));
  }

  /** A plan of these steps only. */
  static Play of(Path folder, String steps) throws IOException {
    return new Play(folder, "plan: test\nsteps:\n" + steps.indent(2));
  }

  Play answering(boolean yes) {
    answer = new Answer(yes, "somebody");
    return this;
  }

  Play until(String step) {
    until = Optional.of(step);
    return this;
  }

  Play toTheEnd() {
    until = Optional.empty();
    return this;
  }

  Play environment(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  Play set(Map<String, String> values) {
    set = values;
    return this;
  }

  Path file() {
    return file;
  }

  Plan plan() {
    var problems = new Problems();
    return Validator.load(file, problems)
        .orElseThrow(() -> new AssertionError(Renderer.render(problems.sorted())));
  }

  Map<String, Object> parameters() {
    return ParameterValues.resolve(plan(), set, Map.of(), environment);
  }

  Runner.Run begin() throws IOException {
    return Runner.begin(plan(), file, parameters(), Play::connect, home, this, until);
  }

  /** Goes on with the newest run. */
  Runner.Run resume() throws IOException {
    events.clear();
    return Runner.resume(plan(), folder(), parameters(), Play::connect, this, until);
  }

  private static Runner.Connected connect(Runner.Settings settings) {
    return new Runner.Connected(Worlds.local(), "default");
  }

  RunFolder folder() throws IOException {
    return RunFolder.all(home).getLast();
  }

  List<Event> journal() throws IOException {
    return Journal.read(folder().journal()).events();
  }

  /** The lines that the steps wrote into a file of theirs; none when there is none. */
  List<String> lines(String name) throws IOException {
    var path = folder().files().resolve(name);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }

  /** What steps and checkpoints went through, such as {@code started a}, in order. */
  List<String> course() {
    return course(List.copyOf(events));
  }

  static List<String> course(List<Event> events) {
    var out = new ArrayList<String>();
    for (var event : events) {
      switch (event) {
        case Event.Started e -> out.add("started " + e.step());
        case Event.Finished e -> out.add("finished " + e.step());
        case Event.Failed e -> out.add("failed " + e.step());
        case Event.Skipped e -> out.add("skipped " + e.step());
        case Event.Passed e -> out.add("passed " + e.checkpoint());
        case Event.Recovered e -> out.add(e.decision() + " " + e.step());
        case Event.Began _, Event.Resumed _, Event.Noted _, Event.Ended _ -> {}
      }
    }
    return out;
  }

  /** What a step gave, as the journal has it. */
  Object outputs(String step) throws IOException {
    return new Ledger(journal()).outputs(step).orElseThrow();
  }

  static void assertDone(Runner.Run run) {
    assertThat(run.outcome())
        .as(() -> String.valueOf(run.failure().map(f -> f.getMessage() + f.detail())))
        .isEqualTo(Event.Outcome.DONE);
  }

  /** Something to do whenever an event is on disk. */
  interface Hook {
    void run() throws IOException;
  }

  void onEvent(Hook hook) {
    this.hook = hook;
  }

  @Override
  public void journalled(Event event) {
    events.add(event);
    try {
      hook.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void said(String step, String line) {
    said.add(step + ": " + line);
  }

  @Override
  public void bytes(String step, long done, long total) {}

  @Override
  public Answer confirm(String checkpoint, String question) {
    asked.add(question);
    return answer;
  }

  @Override
  public Answer decide(String step, String question) {
    asked.add(question);
    return answer;
  }
}
