package runbook.sandbox.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an API server asks of the node that a pod runs on. */
public interface Kubelet {

  /**
   * Which part of a container's log.
   *
   * @param previous that of the container before its last restart
   * @param timestamps whether each line begins with its time
   * @param tail at most so many lines of the end
   * @param bytes at most so many
   */
  record LogOptions(
      Optional<String> container,
      boolean follow,
      boolean previous,
      boolean timestamps,
      Optional<Long> tail,
      Optional<Long> bytes,
      Optional<Instant> since) {}

  /** A command that runs in a container. It goes on when nobody looks on any more. */
  interface Execution extends AutoCloseable {
    /** Closing it is the end of its input. */
    OutputStream stdin();

    InputStream stdout();

    /** Nothing comes here from a terminal. */
    InputStream stderr();

    /**
     * Its exit code; 128 and the signal's number when a signal ended it.
     *
     * @throws IOException when nobody is left who could tell it
     */
    int await() throws InterruptedException, IOException;

    /** Ends it with SIGKILL, as nothing does that a client can ask for. */
    void kill();

    /** Lets go of it, as a connection does that is lost: it keeps running (DOMAIN A6). */
    @Override
    void close();
  }

  /** A connection to a port within a pod. */
  interface Forward extends AutoCloseable {
    OutputStream out();

    InputStream in();

    /** Tells the pod that nothing more is sent; what it sends can still be read. */
    void end() throws IOException;

    @Override
    void close();
  }

  /**
   * The log, which a reader closes.
   *
   * @throws runbook.sandbox.store.StatusException when there is none, in the words of a kubelet
   */
  InputStream log(String namespace, String pod, LogOptions options);

  /**
   * Starts a command.
   *
   * @throws runbook.sandbox.store.StatusException when it cannot be started
   */
  Execution exec(
      String namespace,
      String pod,
      Optional<String> container,
      List<String> command,
      boolean stdin,
      boolean terminal);

  /**
   * Connects to a port.
   *
   * @throws IOException when nobody listens there
   */
  Forward forward(String namespace, String pod, int port) throws IOException;
}
