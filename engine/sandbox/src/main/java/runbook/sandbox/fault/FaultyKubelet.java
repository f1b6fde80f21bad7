package runbook.sandbox.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.api.Kubelet;
import runbook.sandbox.http.Response;
import runbook.sandbox.http.WebSocket;

/** A node of whose commands the streams can have faults. */
final class FaultyKubelet implements Kubelet {
  /** How long a client may take to close its side, before the connection ends. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final Faults faults;
  private final Kubelet kubelet;

  FaultyKubelet(Faults faults, Kubelet kubelet) {
    this.faults = faults;
    this.kubelet = kubelet;
  }

  @Override
  public InputStream log(String namespace, String pod, LogOptions options) {
    return kubelet.log(namespace, pod, options);
  }

  @Override
  public Forward forward(String namespace, String pod, int port) throws IOException {
    return kubelet.forward(namespace, pod, port);
  }

  @Override
  public Execution exec(
      String namespace,
      String pod,
      Optional<String> container,
      List<String> command,
      boolean stdin,
      boolean terminal) {
    var execution = kubelet.exec(namespace, pod, container, command, stdin, terminal);
    return FaultyHandler.CURRENT.isBound()
        ? new Faulty(execution, FaultyHandler.CURRENT.get())
        : execution;
  }

  private final class Faulty implements Execution {
    private final Execution execution;
    private final OutputStream stdin;
    private final InputStream stdout;
    private final InputStream stderr;

    Faulty(Execution execution, FaultyHandler.Current current) {
      this.execution = execution;
      var stream = FaultyStream.of(current, faults.clock(), () -> end(current));
      this.stdin =
          concerns(current, Fault.Stream.STDIN)
              ? stream.over(execution.stdin())
              : execution.stdin();
      this.stdout =
          concerns(current, Fault.Stream.OUTPUT)
              ? stream.over(execution.stdout())
              : execution.stdout();
      this.stderr =
          concerns(current, Fault.Stream.STDERR)
              ? stream.over(execution.stderr())
              : execution.stderr();
    }

    private static boolean concerns(FaultyHandler.Current current, Fault.Stream stream) {
      return current.effect() instanceof Fault.Idle || current.effect().stream() == stream;
    }

    private void end(FaultyHandler.Current current) {
      if (!(current.effect() instanceof Fault.Cut cut)) {
        current.response().abort();
        return;
      }
      if (cut.kill()) execution.kill();
      if (cut.close()) close(current.response());
      else current.response().abort();
    }

    /** As if the command had ended, but for its status. */
    private static void close(Response response) {
      try {
        var socket = response.socket();
        if (socket.isPresent()) socket.get().close(WebSocket.NORMAL, "");
      } catch (IOException e) {
        // the client is gone
      }
      Thread.ofVirtual()
          .name("last words")
          .start(() -> {
            try {
              Thread.sleep(LAST_WORDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            response.hangUp();
          });
    }

    @Override
    public OutputStream stdin() {
      return stdin;
    }

    @Override
    public InputStream stdout() {
      return stdout;
    }

    @Override
    public InputStream stderr() {
      return stderr;
    }

    @Override
    public int await() throws InterruptedException, IOException {
      return execution.await();
    }

    @Override
    public void kill() {
      execution.kill();
    }

    @Override
    public void close() {
      execution.close();
    }
  }
}
