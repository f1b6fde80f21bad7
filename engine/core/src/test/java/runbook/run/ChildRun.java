package runbook.run;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import runbook.check.Validator;
import runbook.diag.Problems;

/** A process of its own that begins a run, so that it can be killed. */
final class ChildRun {
  private ChildRun() {}

  static Process start(Path plan, Path home) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ChildRun.class.getName(),
            plan.toString(),
            home.toString())
        .redirectOutput(Redirect.INHERIT)
        .redirectError(Redirect.INHERIT)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    var file = Path.of(arguments[0]);
    var plan = Validator.load(file, new Problems()).orElseThrow();
    Runner.begin(
        plan,
        file,
        ParameterValues.resolve(plan, Map.of(), Map.of(), Map.of()),
        _ -> new Runner.Connected(Worlds.local(), "default"),
        Path.of(arguments[1]),
        Play.silent(),
        Optional.empty());
  }
}
