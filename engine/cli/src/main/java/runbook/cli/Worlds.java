package runbook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import runbook.sandbox.world.Sandbox;
import runbook.sandbox.world.WorldReader;
import runbook.world.Failure;

/** Starting the sandbox for commands, with words for people. */
final class Worlds {
  /** Set for a run in the sandbox: a plan's own addresses and tokens lead elsewhere. */
  static final String IN_SANDBOX = "PLAN_SANDBOX";

  private Worlds() {}

  /** The world, up and filled. */
  static Sandbox start(Path file, java.io.PrintWriter err) throws InterruptedException {
    long began = System.nanoTime();
    try {
      var sandbox = Sandbox.start(WorldReader.read(file), line -> say(err, began, line));
      say(err, began, "the world is up");
      return sandbox;
    } catch (IllegalArgumentException | IOException e) {
      throw Failure.refused(
          String.valueOf(e.getMessage()), "Nothing was begun, and nothing is left of the sandbox.");
    }
  }

  private static void say(java.io.PrintWriter err, long began, String line) {
    double seconds = (System.nanoTime() - began) / 1e9;
    err.println("sandbox: " + line + String.format(Locale.ROOT, " (%.1f s)", seconds));
    err.flush();
  }
}
