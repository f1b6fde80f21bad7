package runbook.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.sandbox.world.Sandbox;

/** {@code plan sandbox}. */
@Command(
    name = "sandbox",
    mixinStandardHelpOptions = true,
    description = "Keeps a world up on this machine, to play in, until Ctrl-C.")
final class SandboxCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "WORLD", description = "A world file, or a folder with a world.yaml.")
  Path world;

  @Option(
      names = "--dump",
      paramLabel = "DUMP",
      description = "Your own dump, instead of the data that the world names.")
  Optional<Path> dump = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    try (var sandbox = Worlds.start(world, dump, err)) {
      new TreeMap<>(sandbox.environment())
          .forEach((name, value) -> out.println("export " + name + "=" + value));
      out.flush();
      err.println();
      err.println("In another terminal, type these lines; then, for example:");
      err.println("  kubectl get pods");
      err.println("  " + Main.command() + " execute plans/postgres-upgrade.yaml");
      err.println("To see what happens when something goes wrong (schema/worlds.md):");
      err.println("  curl $SANDBOX_URL/troubles");
      err.println("Ctrl-C ends it, and nothing is left.");
      err.flush();
      untilInterrupted(sandbox);
    }
    return Exit.OK;
  }

  /** The hook closes the world, since the JVM does not come back here. */
  private static void untilInterrupted(Sandbox sandbox) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(sandbox::close));
    new CountDownLatch(1).await();
  }
}
