package runbook.cli;

/**
 * Says how to go on when the process is told to end (Ctrl-C, SIGTERM, a closed terminal) before the
 * run has. The journal needs nothing more: each of its lines is on disk already.
 */
final class Interruption implements AutoCloseable {
  private final Thread hook;

  Interruption(Console console) {
    hook = Thread.ofPlatform().unstarted(console::interrupted);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it is being run: the process ends right now
    }
  }
}
