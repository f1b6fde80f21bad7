package runbook.action;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A command that goes on without us: started once however often it is asked for, found again by
 * another process, cancelled without harm (DOMAIN A8). What it needs lies in a folder of its own at
 * the place; a wrapper runs it and leaves its process id, output and exit code there.
 */
sealed interface Detached permits DetachedHere, DetachedInPod {
  /** The wrapper, for {@code sh -c}. */
  String WRAPPER = Shell.script("wrapper.sh");

  /** How long a cancelled command may take to end. */
  Duration GRACE = Duration.ofSeconds(30);

  /**
   * What is run.
   *
   * @param environment its values may be secret
   */
  record Job(Shell.Kind shell, String text, Map<String, String> environment) {
    /**
     * The script as the shell reads it. Told to stop, it waits for its children before it ends, so
     * that nobody inherits them; all in the first line, so that line numbers in messages hold.
     */
    byte[] script() {
      return ("trap 'trap \"\" TERM; wait; exit 143' TERM; " + text + "\n")
          .getBytes(StandardCharsets.UTF_8);
    }

    /** The environment as a shell reads it. */
    byte[] variables() {
      var out = new StringBuilder();
      environment.forEach((name, value) ->
          out.append("export ").append(name).append('=').append(Shell.quote(value)).append('\n'));
      return out.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  /** What is known about it. */
  sealed interface State {
    /** It was never started. */
    record Absent() implements State {}

    record Running() implements State {}

    /**
     * @param took how long it ran, to the second at least
     */
    record Ended(int code, Duration took) implements State {}

    /** It is gone, and nobody knows how far it got. */
    record Lost(String why) implements State {}
  }

  /** Looks, and starts nothing. */
  State look();

  /**
   * Starts it unless it was started, and waits for its end; all its output from the beginning goes
   * to the streams.
   *
   * @return {@code Ended} or {@code Lost}
   * @throws runbook.world.Failure of kind {@code TIMEOUT} or {@code STOPPED}: it goes on running
   */
  State await(Job job, OutputStream out, OutputStream err);

  /** Tells it to stop and waits up to {@link #GRACE} for its end; beyond the step's deadline. */
  State cancel();

  /** Removes what is left of it at the place, if that can be done. */
  void remove();
}
