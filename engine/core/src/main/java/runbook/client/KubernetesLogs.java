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
import runbook.client.OpenCalls.OpenCall;
import runbook.world.Cluster.LogLine;
import runbook.world.Cluster.LogReader;
import runbook.world.Cluster.Target;
import runbook.world.Failure;

/** Logs of containers, followed, line by line, in the caller's thread. */
final class KubernetesLogs {
  private static final int LONGEST_LINE = 1 << 20;
  private static final Duration OPENING = Duration.ofSeconds(30);

  private final KubernetesApi api;

  KubernetesLogs(KubernetesApi api) {
    this.api = api;
  }

  private sealed interface Event {
    record Bytes(List<ByteBuffer> buffers) implements Event {}

    record End() implements Event {}

    /**
     * The connection broke, or the limit has passed: a last line without its end is half a line.
     */
    record Cut() implements Event {}
  }

  void read(
      Target target, Optional<Instant> since, boolean previous, Duration limit, LogReader reader) {
    long until = System.nanoTime() + limit.toNanos();
    var events = new Handoff<Event>();
    try (var call = api.connection().calls().expect()) {
      var response =
          request(target, since, previous, call, events)
              .get(Math.min(OPENING.toNanos(), limit.toNanos()), TimeUnit.NANOSECONDS);
      check(response, target, call.refusal());
      var body = response.body();
      body.done().whenComplete((_, e) -> events.put(e == null ? new Event.End() : new Event.Cut()));
      body.consume();
      lines(events, until, new Lines(reader));
    } catch (TimeoutException e) {
      if (limit.compareTo(OPENING) >= 0) throw api.unreachable("logs of " + target, e);
    } catch (ExecutionException e) {
      throw api.unreachable("logs of " + target, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted.");
    } finally {
      events.close();
    }
  }

  private CompletableFuture<HttpResponse<AsyncBody>> request(
      Target target,
      Optional<Instant> since,
      boolean previous,
      OpenCall call,
      Handoff<Event> events) {
    var query = new StringBuilder("?container=" + encode(target.container()));
    query.append("&timestamps=true&follow=").append(!previous).append("&previous=" + previous);
    since.ifPresent(t ->
        query.append("&sinceTime=").append(encode(t.truncatedTo(ChronoUnit.SECONDS).toString())));
    var http = api.connection().http();
    var request =
        http.newHttpRequestBuilder()
            .uri(api.uri(KubernetesApi.pod(target) + "/log" + query))
            .header(OpenCalls.HEADER, call.id())
            .forStreaming()
            .build();
    return http.consumeBytes(
        request,
        (buffers, body) -> {
          events.put(new Event.Bytes(buffers));
          body.consume();
        });
  }

  private static void lines(Handoff<Event> events, long until, Lines lines)
      throws InterruptedException {
    while (!lines.enough) {
      switch (events.take(until).orElseGet(Event.Cut::new)) {
        case Event.Bytes(var buffers) -> buffers.forEach(lines::bytes);
        case Event.End() -> {
          lines.flush();
          return;
        }
        // the caller reads on from where it was
        case Event.Cut() -> {
          return;
        }
      }
    }
  }

  private static void check(HttpResponse<AsyncBody> response, Target target, String said) {
    if (response.isSuccessful()) return;
    if (response.code() == 404 || response.code() == 400) {
      var failure = Failure.failed("There is no log of " + target + " yet, or no such container.");
      var words = KubernetesApi.message(said);
      throw words.isEmpty() ? failure : failure.withDetail(words);
    }
    throw Retry.given(
        KubernetesApi.refused(
            response.code(),
            said,
            "",
            KubernetesCall.of("GET", KubernetesApi.pod(target) + "/log")));
  }

  /** Cuts the stream into lines; what is longer than a line may be is left out. */
  private static final class Lines {
    private final LogReader reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean enough;

    Lines(LogReader reader) {
      this.reader = reader;
    }

    void bytes(ByteBuffer buffer) {
      while (buffer.hasRemaining() && !enough) {
        byte b = buffer.get();
        if (b == '\n') flush();
        else if (line.size() < LONGEST_LINE) line.write(b);
      }
    }

    void flush() {
      if (line.size() == 0 || enough) return;
      var text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      int space = text.indexOf(' ');
      Instant at;
      try {
        at = Instant.parse(space < 0 ? text : text.substring(0, space));
      } catch (DateTimeParseException e) {
        return; // not a line of the container but a word of the kubelet about it
      }
      enough = !reader.line(new LogLine(at, space < 0 ? "" : text.substring(space + 1)));
    }
  }
}
