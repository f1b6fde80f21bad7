package runbook.client;

import static runbook.client.KubernetesApi.encode;

import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import runbook.client.ExecChannels.Event;
import runbook.client.OpenCalls.OpenCall;
import runbook.world.Cluster.Ended;
import runbook.world.Cluster.Target;
import runbook.world.Failure;

/**
 * Commands in containers over a WebSocket, sub-protocol {@code v5.channel.k8s.io} (Kubernetes 1.30
 * and later): it can close the command's standard input and still get its exit code (DOMAIN A5); an
 * older server gets {@code v4}, which cannot. fabric8's own exec speaks v4 only, and sends the
 * handshake again when it fails, so that a command may run twice (B1).
 *
 * <p>Two limits are not ours. A caller that takes no output for more than 30 s loses the
 * connection, since the answer to OkHttp's ping waits behind that output: the end is unknown. And
 * where a command leaves a MiB or more of its input unread, Kubernetes 1.35 mostly never sends its
 * exit code, to kubectl neither: the limit ends it.
 */
final class KubernetesExec {
  private static final String V5 = "v5.channel.k8s.io";
  private static final String V4 = "v4.channel.k8s.io";
  private static final byte[] END_OF_INPUT = {(byte) 255, 0};
  private static final int PIECE = 32 * 1024;
  private static final long QUEUE = 4 << 20;
  private static final Duration OPENING = Duration.ofSeconds(30);

  private final KubernetesApi api;

  KubernetesExec(KubernetesApi api) {
    this.api = api;
  }

  Ended exec(
      Target target,
      List<String> command,
      Optional<InputStream> in,
      OutputStream out,
      OutputStream err,
      Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    var events = new Handoff<Event>();
    var call = api.connection().calls().expect();
    var opening = open(target, command, in.isPresent(), call, new ExecChannels(events));
    try {
      var opened = opening.get(Math.min(OPENING.toNanos(), limit.toNanos()), TimeUnit.NANOSECONDS);
      if (!List.of(V5, V4).contains(call.protocol()))
        return new Ended.Unknown("The API server speaks no protocol of exec that is known here.");
      var feeding =
          in.map(
              from -> Thread.ofVirtual().start(() -> feed(from, opened, call.protocol(), events)));
      try {
        var ended = ended(events, until, out, err, limit);
        if (ended instanceof Ended.Exited && opened.queueSize() == 0) {
          // everything was said: part in peace
          call.forget();
          opened.sendClose(1000, "");
        }
        return ended;
      } finally {
        feeding.ifPresent(Thread::interrupt);
      }
    } catch (ExecutionException e) {
      return notOpened(target, call, e.getCause());
    } catch (TimeoutException e) {
      return new Ended.Unknown(
          "The API server did not answer in time; the command may have begun.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted.");
    } finally {
      events.close();
      call.close();
    }
  }

  private CompletableFuture<WebSocket> open(
      Target target, List<String> command, boolean input, OpenCall call, ExecChannels listener) {
    var query = new StringBuilder("?container=" + encode(target.container()));
    query.append("&stdout=true&stderr=true&stdin=").append(input);
    command.forEach(word -> query.append("&command=").append(encode(word)));
    return api.connection()
        .http()
        .newWebSocketBuilder()
        .subprotocol(V5 + ", " + V4)
        .setHeader(OpenCalls.HEADER, call.id())
        .uri(api.uri(KubernetesApi.pod(target) + "/exec" + query))
        .buildAsync(listener);
  }

  /** Takes what comes until the end, in the caller's thread. */
  private static Ended ended(
      Handoff<Event> events, long until, OutputStream out, OutputStream err, Duration limit)
      throws InterruptedException {
    var late = new Ended.Unknown("The command did not end within " + limit.toSeconds() + " s.");
    try {
      while (true) {
        switch (events.take(until).orElseGet(() -> new Event.End(late))) {
          case Event.Output(var bytes) -> write(bytes, out);
          case Event.ErrorOutput(var bytes) -> write(bytes, err);
          case Event.End(var ended) -> {
            return ended;
          }
          case Event.Refused(var failure) -> throw failure;
        }
      }
    } catch (IOException e) {
      return new Ended.Unknown(
          "What the command writes could not be taken here: " + KubernetesApi.words(e) + ".");
    }
  }

  private static void write(ByteBuffer bytes, OutputStream to) throws IOException {
    Channels.newChannel(to).write(bytes);
  }

  /** Refused by the API server itself: it did not begin. Anything else: it may have. */
  private Ended notOpened(Target target, OpenCall call, Throwable cause) {
    if (!(cause instanceof WebSocketHandshakeException e)) {
      if (KubernetesApi.neverSent(cause)) throw api.unreachable("exec in " + target, cause);
      return new Ended.Unknown(
          "The connection broke before it was open: " + KubernetesApi.words(cause) + ".");
    }
    int code = e.getResponse().code();
    // a gateway on the way may have passed the request on before it gave up
    if (code >= 500 && !KubernetesApi.isStatus(call.refusal()))
      return new Ended.Unknown(
          "What stands before the API server answered with status "
              + code
              + "; the command may have begun.");
    var failure =
        switch (code) {
          case 404 ->
              Failure.failed(
                  "There is no "
                      + target
                      + " in the namespace `"
                      + target.namespace()
                      + "`; the command did not begin.");
          case 400 ->
              Failure.failed(
                  "The command did not begin in "
                      + target
                      + ": it does not run, or has no such container.");
          case 401, 403 ->
              Failure.refused(
                  "Kubernetes does not allow commands in "
                      + target
                      + "; the command did not begin.",
                  "Ask for the right `create pods/exec` (and `get pods/exec`) in the namespace `"
                      + target.namespace()
                      + "`.");
          default ->
              Failure.unreachable(
                  "The command did not begin in "
                      + target
                      + ": the API server answered with status "
                      + code
                      + ".",
                  null);
        };
    var said = KubernetesApi.message(call.refusal());
    throw said.isEmpty() ? failure : failure.withDetail(said);
  }

  private static void feed(
      InputStream in, WebSocket socket, String protocol, Handoff<Event> events) {
    var piece = new byte[PIECE + 1];
    try {
      for (int n; (n = in.readNBytes(piece, 1, PIECE)) > 0; ) {
        while (socket.queueSize() > QUEUE) Thread.sleep(2);
        // the connection is closed: its end, which is on its way, says why
        if (!socket.send(ByteBuffer.wrap(Arrays.copyOf(piece, n + 1)))) return;
      }
      // v4 cannot say it: a command that reads to the end will wait until its limit
      if (protocol.equals(V5)) socket.send(ByteBuffer.wrap(END_OF_INPUT));
    } catch (IOException e) {
      // no end of input is sent: the command shall not take a part for the whole
      events.put(
          new Event.End(
              new Ended.Unknown(
                  "The command's input could not be read here: " + KubernetesApi.words(e) + ".")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
