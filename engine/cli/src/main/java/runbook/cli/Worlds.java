package runbook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import runbook.sandbox.world.Sandbox;
import runbook.sandbox.world.WorldFile.Load;
import runbook.sandbox.world.WorldReader;
import runbook.world.Failure;

/** Starting the sandbox for commands, with words for people. */
final class Worlds {
  /** Set for a run in the sandbox: a plan's own addresses and tokens lead elsewhere. */
  static final String IN_SANDBOX = "PLAN_SANDBOX";

  private Worlds() {}

  /**
   * The world, up and filled.
   *
   * @param dump what its database holds instead of what the file says
   */
  static Sandbox start(Path file, Optional<Path> dump, java.io.PrintWriter err)
      throws InterruptedException {
    long began = System.nanoTime();
    try {
      if (dump.filter(d -> !Files.isReadable(d)).isPresent())
        throw new IllegalArgumentException("There is no dump `" + dump.get() + "`.");
      var read = WorldReader.read(file);
      var world =
          dump.map(d -> read.holding(new Load.Dump(d.toAbsolutePath(), "postgres"))).orElse(read);
      var sandbox = Sandbox.start(world, line -> say(err, began, line));
      say(err, began, "the world is up");
      return sandbox;
    } catch (IllegalArgumentException | IOException e) {
      var words = String.valueOf(e.getMessage());
      var hint = "Nothing was begun, and nothing is left of the sandbox.";
      if (!words.contains("\n")) throw Failure.refused(words, hint);
      throw Failure.refused("The world `" + file + "` cannot be started.", hint).withDetail(words);
    }
  }

  private static void say(java.io.PrintWriter err, long began, String line) {
    double seconds = (System.nanoTime() - began) / 1e9;
    err.println("sandbox: " + line + String.format(Locale.ROOT, " (%.1f s)", seconds));
    err.flush();
  }
}
