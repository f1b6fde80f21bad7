package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import runbook.sandbox.api.Kubelet;
import runbook.sandbox.box.BoxException;
import runbook.sandbox.box.Link;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.StatusException;

/** Logs of containers, commands in them, and ways to their ports. */
final class Streams implements Kubelet {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final String EXEC_FAILED =
      "Internal error occurred: error executing command in container: failed to exec in container:"
          + " failed to start exec \"%s\": OCI runtime exec failed: exec failed: unable to start"
          + " container process: %s: unknown";

  private final BiFunction<String, String, Optional<PodWorker>> workers;
  private final Power power;

  /**
   * @param workers by namespace and name of the pod
   */
  Streams(BiFunction<String, String, Optional<PodWorker>> workers, Power power) {
    this.workers = workers;
    this.power = power;
  }

  static LogOptions lastLines(long lines) {
    return new LogOptions(
        Optional.empty(),
        false,
        false,
        false,
        Optional.of(lines),
        Optional.empty(),
        Optional.empty());
  }

  private PodWorker worker(String namespace, String pod) {
    if (!power.isOn()) {
      throw StatusException.plain(
          500, "", "error dialing backend: dial tcp: connect: no route to host");
    }
    return workers
        .apply(namespace, pod)
        .orElseThrow(() -> StatusException.notFound(Resources.PODS, pod));
  }

  private static Run run(PodWorker worker, Optional<String> container) {
    JsonNode pod = worker.pod();
    String name = Json.text(pod, "metadata.name");
    if (container.isEmpty()) {
      String preferred =
          pod.path("metadata")
              .path("annotations")
              .path("kubectl.kubernetes.io/default-container")
              .asText();
      List<Run> main = worker.runs().stream().filter(r -> !r.init).toList();
      if (main.size() > 1 && preferred.isEmpty()) {
        throw StatusException.badRequest(
            "a container name must be specified for pod %s, choose one of: [%s]"
                .formatted(name, main.stream().map(r -> r.name).collect(Collectors.joining(" "))));
      }
      return preferred.isEmpty() ? main.getFirst() : run(worker, Optional.of(preferred));
    }
    return worker.runs().stream()
        .filter(r -> r.name.equals(container.get()))
        .findFirst()
        .orElseThrow(() ->
            StatusException.badRequest(
                "container %s is not valid for pod %s".formatted(container.get(), name)));
  }

  @Override
  public InputStream log(String namespace, String pod, LogOptions options) {
    Run run = run(worker(namespace, pod), options.container());
    boolean waits = run.current.isEmpty() && run.terminated.isEmpty();
    if (run.log.isEmpty()) {
      String why = run.waiting.reason();
      throw StatusException.badRequest(
          "container \"%s\" in pod \"%s\" is waiting to start: %s"
              .formatted(
                  run.name,
                  pod,
                  why.equals("ImagePullBackOff") || why.equals("ErrImagePull")
                      ? "trying and failing to pull image"
                      : why));
    }
    // in a crash loop the container that ended last is the previous one already
    Optional<ContainerLog> log = options.previous() && !waits ? run.previousLog : run.log;
    if (log.isEmpty()) {
      throw StatusException.badRequest(
          "previous terminated container \"%s\" in pod \"%s\" not found".formatted(run.name, pod));
    }
    try {
      return new LogReader(log.get(), options);
    } catch (IOException e) {
      throw StatusException.plain(500, "InternalError", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Execution exec(
      String namespace,
      String pod,
      Optional<String> container,
      List<String> command,
      boolean stdin,
      boolean terminal) {
    PodWorker worker = worker(namespace, pod);
    Run run = run(worker, container);
    Run.Current current =
        run.current.orElseThrow(() ->
            StatusException.plain(
                500,
                "InternalError",
                "Internal error occurred: unable to upgrade connection: container not found (\"%s\")"
                    .formatted(run.name)));
    try {
      return new Command(current.box().exec(command, terminal), stdin, power);
    } catch (BoxException e) {
      throw StatusException.plain(
          500,
          "InternalError",
          "Internal error occurred: " + EXEC_FAILED.formatted(Run.newId(), e.getMessage()));
    } catch (IOException e) {
      throw StatusException.plain(
          500, "InternalError", "Internal error occurred: " + e.getMessage());
    }
  }

  @Override
  public Forward forward(String namespace, String pod, int port) throws IOException {
    var network = worker(namespace, pod).network();
    if (network.isEmpty()) {
      throw new IOException(
          "error forwarding port %d to pod %s: the pod is not running".formatted(port, pod));
    }
    try {
      return new Way(network.get().connect(port, CONNECT));
    } catch (BoxException e) {
      throw new IOException(
          "error forwarding port %d to pod %s: failed to connect to localhost:%d inside namespace: dial tcp4 127.0.0.1:%d: connect: %s"
              .formatted(
                  port, pod, port, port, String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)),
          e);
    }
  }

  /** A command that is never told that nobody listens: its output is then thrown away. */
  private static final class Command implements Execution {
    private final runbook.sandbox.box.Execution execution;
    private final InputStream stdout;
    private final InputStream stderr;
    private final Power power;
    private final long failures;

    Command(runbook.sandbox.box.Execution execution, boolean stdin, Power power)
        throws IOException {
      this.execution = execution;
      this.power = power;
      this.failures = power.failures();
      this.stdout = patient(execution.stdout());
      this.stderr = patient(execution.stderr());
      if (!stdin) {
        execution.stdin().close();
      }
    }

    private static InputStream patient(InputStream output) {
      return new FilterInputStream(output) {
        private boolean ended;

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          int n = super.read(into, offset, length);
          ended |= n < 0;
          return n;
        }

        @Override
        public void close() {
          if (!ended) {
            ended = true;
            Thread.ofPlatform().daemon().name("unheard").start(() -> drop(in));
          }
        }
      };
    }

    private static void drop(InputStream output) {
      try (output) {
        output.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        // it is gone
      }
    }

    @Override
    public OutputStream stdin() {
      return execution.stdin();
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
    public void kill() {
      execution.kill();
    }

    @Override
    public int await() throws InterruptedException, IOException {
      try {
        int status = execution.exit().get();
        if (power.failures() > failures) {
          throw new IOException("the node is gone");
        }
        return status;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        execution.stdin().close();
        stdout.close();
        stderr.close();
      } catch (IOException e) {
        // it reads no more
      }
    }
  }

  private record Way(Link link, InputStream in, OutputStream out) implements Forward {
    Way(Link link) {
      this(link, link.input(), link.output());
    }

    @Override
    public void end() throws IOException {
      link.end();
    }

    @Override
    public void close() {
      try {
        link.close();
      } catch (IOException e) {
        // it is gone
      }
    }
  }
}
