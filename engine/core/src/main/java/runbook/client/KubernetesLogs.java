package runbook.client;

import static runbook.client.KubernetesApi.encode;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import runbook.world.Cluster.LogLine;
import runbook.world.Cluster.LogReader;
import runbook.world.Cluster.Target;
import runbook.world.Failure;

/** Logs of containers, followed, line by line. */
final class KubernetesLogs {
  private static final int LONGEST_LINE = 1 << 20;

  private final KubernetesApi api;

  KubernetesLogs(KubernetesApi api) {
    this.api = api;
  }

  void read(
      Target target, Optional<Instant> since, boolean previous, Duration limit, LogReader reader) {
    var path = "api/v1/namespaces/" + target.namespace() + "/pods/" + target.pod() + "/log";
    var query =
        "?container="
            + encode(target.container())
            + "&timestamps=true&follow="
            + !previous
            + "&previous="
            + previous
            + since
                .map(t -> "&sinceTime=" + encode(t.truncatedTo(ChronoUnit.SECONDS).toString()))
                .orElse("");
    var request =
        api.client()
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(api.uri(path + query))
            .forStreaming()
            .build();
    var lines = new Lines(reader);
    var failed = new CompletableFuture<Void>();
    try {
      var response =
          api.client()
              .getHttpClient()
              .consumeBytes(request, lines)
              .get(Math.min(30_000, limit.toMillis()), TimeUnit.MILLISECONDS);
      check(response, target, "GET " + path);
      var body = response.body();
      lines.enough.thenRun(body::cancel);
      body.consume();
      CompletableFuture.anyOf(body.done(), lines.enough, failed)
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
      lines.flush();
      body.cancel();
    } catch (TimeoutException e) {
      lines.enough.complete(null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure f) throw f;
      // cut off: the caller reads on from where it was
      if (KubernetesApi.neverSent(e.getCause())) throw api.unreachable("GET " + path, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted.");
    } finally {
      lines.enough.complete(null);
    }
  }

  private static void check(HttpResponse<AsyncBody> response, Target target, String call) {
    if (response.isSuccessful()) return;
    response.body().cancel();
    if (response.code() == 404 || response.code() == 400)
      throw Failure.failed("There is no log of " + target + " yet, or no such container.");
    var e = KubernetesApi.refused(response.code(), "", "", call);
    throw e.getCause() instanceof Failure f ? f : e;
  }

  /** Cuts the stream into lines; a line without end is cut too. */
  private static final class Lines implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final LogReader reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final CompletableFuture<Void> enough = new CompletableFuture<>();

    Lines(LogReader reader) {
      this.reader = reader;
    }

    @Override
    public void consume(List<ByteBuffer> buffers, AsyncBody body) {
      try {
        buffers.forEach(this::bytes);
        if (!enough.isDone()) body.consume();
      } catch (RuntimeException e) {
        enough.completeExceptionally(e);
      }
    }

    private synchronized void bytes(ByteBuffer buffer) {
      while (buffer.hasRemaining() && !enough.isDone()) {
        byte b = buffer.get();
        if (b == '\n') flush();
        else if (line.size() < LONGEST_LINE) line.write(b);
      }
    }

    synchronized void flush() {
      if (line.size() == 0 || enough.isDone()) return;
      var text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      int space = text.indexOf(' ');
      try {
        var at = Instant.parse(space < 0 ? text : text.substring(0, space));
        if (!reader.line(new LogLine(at, space < 0 ? "" : text.substring(space + 1))))
          enough.complete(null);
      } catch (DateTimeParseException e) {
        // not a line of the container but a word of the kubelet about it
      }
    }
  }
}
