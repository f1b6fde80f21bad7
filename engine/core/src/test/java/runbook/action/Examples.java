package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.check.Validator;
import runbook.client.Clients;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.plan.Plan;
import runbook.run.Event;
import runbook.run.Journal;
import runbook.run.ParameterValues;
import runbook.run.Runner;
import runbook.run.Watcher;

/** The plans of {@code examples/actions}. */
final class Examples {
  private Examples() {}

  static Path folder() {
    var here = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(here.resolve("examples/actions"))) here = here.getParent();
    return here.resolve("examples/actions");
  }

  static List<Path> all() {
    try (var files = Files.list(folder())) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The plan, about which there is nothing to say. */
  static Plan load(Path file) {
    var problems = new Problems();
    var plan = Validator.load(file, problems);
    assertThat(Renderer.render(problems.sorted())).as(file.toString()).isEmpty();
    return plan.orElseThrow();
  }

  /** A copy of the examples, since some of them write into files beside them. */
  static Path copy(Path to) throws IOException {
    try (var files = Files.walk(folder())) {
      for (var file : files.toList()) {
        var copy = to.resolve(folder().relativize(file).toString());
        if (Files.isDirectory(file)) Files.createDirectories(copy);
        else Files.copy(file, copy);
      }
    }
    return to;
  }

  /** What a run gave: the outputs of each step. */
  record Done(Path folder, Map<String, Map<?, ?>> outputs) {
    String text(String step, String output) {
      return String.valueOf(outputs.get(step).get(output));
    }
  }

  /** Carries a copy of an example out, to its end. */
  static Done run(String name, Path folder, Map<String, String> parameters) throws IOException {
    var file = copy(folder.resolve("plans")).resolve(name + ".yaml");
    var plan = load(file);
    var values = ParameterValues.resolve(plan, parameters, Map.of(), System.getenv());
    var looker = new Looker();
    try (var connector = new Connector()) {
      var run =
          Runner.begin(
              plan, file, values, connector, folder.resolve("runs"), looker, Optional.empty());
      assertThat(run.outcome())
          .as(() -> run.failure().map(f -> f + " " + f.detail()).orElse("") + looker.said)
          .isEqualTo(Event.Outcome.DONE);
      var outputs = new java.util.LinkedHashMap<String, Map<?, ?>>();
      for (var event : Journal.read(run.folder().journal()).events())
        if (event instanceof Event.Finished f && f.outputs() instanceof Map<?, ?> map)
          outputs.put(f.step(), map);
      return new Done(run.folder().files(), outputs);
    }
  }

  private static final class Connector implements Runner.Connector, AutoCloseable {
    private Optional<Clients> clients = Optional.empty();

    @Override
    public Runner.Connected connect(Runner.Settings settings) {
      var usual = Clients.Settings.fromEnvironment(System.getenv());
      var made =
          new Clients(
              new Clients.Settings(
                  usual.kubeconfig(),
                  Optional.empty(),
                  settings.get("kubernetes", "namespace").map(String.class::cast),
                  usual.linodeToken(),
                  usual.linodeUrl(),
                  usual.cloudflareToken(),
                  usual.cloudflareUrl()));
      clients = Optional.of(made);
      return new Runner.Connected(made.world(), made.namespace());
    }

    @Override
    public void close() {
      clients.ifPresent(Clients::close);
    }
  }

  /** Confirms what checkpoints ask, and keeps what is said for a failing test. */
  private static final class Looker implements Watcher {
    private final List<String> said = new ArrayList<>();

    @Override
    public void journalled(Event event) {}

    @Override
    public void said(String step, String line) {
      said.add("\n" + step + ": " + line);
    }

    @Override
    public void bytes(String step, long done, long total) {}

    @Override
    public Answer confirm(String checkpoint, String question) {
      return new Answer(true, "the test");
    }

    @Override
    public Answer decide(String step, String question) {
      return new Answer(false, "the test");
    }
  }
}
