package runbook.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.diag.Problems;
import runbook.sandbox.world.Sandbox;
import runbook.world.Failure;

/** {@code plan rehearse}. */
@Command(
    name = "rehearse",
    mixinStandardHelpOptions = true,
    description = "Carries a plan out in a sandbox on this machine: nothing real is touched.")
final class RehearseCommand implements Callable<Integer> {
  /** What leads to real systems; the rehearsal is not to know it. */
  private static final List<String> REAL =
      List.of(
          "KUBECONFIG",
          "LINODE_TOKEN",
          "LINODE_API_URL",
          "CLOUDFLARE_API_TOKEN",
          "CLOUDFLARE_API_URL");

  /** Journals and outputs of rehearsals, apart from those of real runs. */
  private static final Path KEPT = Path.of(".plan", "rehearsals");

  private static final Duration LAST_WORDS = Duration.ofSeconds(30);

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The plan.")
  Path file;

  @Option(
      names = "--world",
      paramLabel = "WORLD",
      description = "The world to rehearse in; PLAN.world.yaml beside the plan unless given.")
  Optional<Path> world = Optional.empty();

  @Option(
      names = "--dump",
      paramLabel = "DUMP",
      description = "Your own dump, instead of the data that the world names.")
  Optional<Path> dump = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Value of a parameter; lists as a,b or in YAML.")
  Map<String, String> set = new LinkedHashMap<>();

  @Option(names = "--ask", description = "Ask at checkpoints; otherwise they are confirmed.")
  boolean ask;

  @Option(names = "--until", paramLabel = "STEP", description = "Stop after this step.")
  Optional<String> until = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Plans.load(file, new Problems(), spec).isEmpty()) return Exit.FAILED;
    var worldFile = world.orElseGet(this::beside);
    if (Files.notExists(worldFile))
      throw Failure.refused(
          "There is no world `" + worldFile + "` to rehearse in.",
          "Name one with `--world`; plans/postgres-upgrade.world.yaml is an example.");
    var err = spec.commandLine().getErr();
    long began = System.nanoTime();
    try (var sandbox = Worlds.start(worldFile, dump, err);
        var copy = PlanCopy.of(file)) {
      int code = run(sandbox, copy);
      err.printf(
          "%s after %s, with the sandbox, of which nothing is left. Nothing real was touched.%n",
          code == Exit.OK ? "Rehearsed" : "The rehearsal did not come to its end",
          spoken(Duration.ofNanos(System.nanoTime() - began)));
      err.flush();
      return code;
    }
  }

  private Path beside() {
    var name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    return file.resolveSibling(name + ".world.yaml");
  }

  /**
   * The plan is carried out by a process of its own, as for real: what it starts on this machine
   * finds the sandbox too, and no address of a real system.
   */
  private int run(Sandbox sandbox, PlanCopy copy) throws IOException, InterruptedException {
    var java = ProcessHandle.current().info().command().orElse("java");
    var command = new ArrayList<String>();
    command.addAll(List.of(java, "-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath()));
    command.addAll(List.of("runbook.cli.Start", "execute", copy.plan().toString()));
    command.addAll(List.of("--home", KEPT.toAbsolutePath().toString()));
    set.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
    until.ifPresent(step -> command.addAll(List.of("--until", step)));
    if (!ask) command.add("--yes");
    var builder = new ProcessBuilder(command).directory(copy.folder().toFile()).inheritIO();
    var environment = builder.environment();
    environment.keySet().removeAll(REAL);
    environment.putAll(sandbox.environment());
    environment.put(Worlds.IN_SANDBOX, "1");
    var process = builder.start();
    var hook = Thread.ofPlatform().unstarted(() -> end(process, sandbox, copy));
    Runtime.getRuntime().addShutdownHook(hook);
    return process.waitFor();
  }

  /** It starts in another folder than we did. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(p -> Path.of(p).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** At Ctrl-C the run ends by itself, since it is told too; then the world goes. */
  private static void end(Process process, Sandbox sandbox, PlanCopy copy) {
    try {
      if (!process.waitFor(LAST_WORDS.toSeconds(), TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
    sandbox.close();
    copy.close();
  }

  private static String spoken(Duration d) {
    return d.toMinutes() == 0
        ? d.toSeconds() + " s"
        : d.toMinutes() + " min " + d.toSecondsPart() + " s";
  }
}
