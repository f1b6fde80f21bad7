package runbook.sandbox.box;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** A command that was started in a running container. Whoever has it must read both outputs. */
public final class Execution {
  private final Process process;

  Execution(Process process) {
    this.process = process;
  }

  /** Closing it is the end of file for the command. */
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  public InputStream stdout() {
    return process.getInputStream();
  }

  public InputStream stderr() {
    return process.getErrorStream();
  }

  /** The exit status, 128 and the signal's number where a signal ended it. */
  public CompletableFuture<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Kills the command and what it started, as far as that did not leave it. */
  public void kill() {
    process.descendants().toList().reversed().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
