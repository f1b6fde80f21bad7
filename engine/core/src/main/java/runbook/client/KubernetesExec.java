package runbook.client;

import static runbook.client.KubernetesApi.encode;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import runbook.world.Cluster.Ended;
import runbook.world.Cluster.Target;
import runbook.world.Failure;

/**
 * Commands in containers over a WebSocket, sub-protocol {@code v5.channel.k8s.io} (Kubernetes 1.30
 * and later): it can close the command's standard input and still get its exit code (DOMAIN A5).
 * fabric8's own exec speaks v4 and sends the handshake again when it fails, and so may run a
 * command twice (B1).
 */
final class KubernetesExec {
  private static final int PIECE = 32 * 1024;
  private static final long QUEUE = 4 << 20;

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
    var query =
        new StringBuilder(
            "?container="
                + encode(target.container())
                + "&stdout=true&stderr=true&stdin="
                + in.isPresent());
    command.forEach(word -> query.append("&command=").append(encode(word)));
    var path = "api/v1/namespaces/" + target.namespace() + "/pods/" + target.pod() + "/exec";
    var listener = new Channels(out, err);
    var opening =
        api.client()
            .getHttpClient()
            .newWebSocketBuilder()
            .subprotocol("v5.channel.k8s.io")
            .uri(api.uri(path + query))
            .buildAsync(listener);
    long end = System.nanoTime() + limit.toNanos();
    WebSocket socket;
    try {
      socket = opening.get(Math.min(30_000, limit.toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return notOpened(target, path, e.getCause());
    } catch (TimeoutException e) {
      opening.thenAccept(late -> late.sendClose(1001, "too late"));
      return new Ended.Unknown(
          "The API server did not answer in time; the command may have begun.");
    } catch (InterruptedException e) {
      opening.thenAccept(late -> late.sendClose(1001, "interrupted"));
      throw interrupted();
    }
    in.ifPresent(from -> Thread.ofVirtual().start(() -> feed(from, socket, listener)));
    try {
      return listener.ended.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Ended.Unknown("The command did not end within " + limit.toSeconds() + " s.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure f) throw f;
      return new Ended.Unknown("The connection broke: " + e.getCause().getMessage());
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      listener.ended.complete(new Ended.Unknown("The connection was given up."));
      socket.sendClose(1000, "done");
    }
  }

  private static Failure interrupted() {
    Thread.currentThread().interrupt();
    return Failure.stopped("The run was interrupted.");
  }

  /** Refused by the server: it did not begin. Anything else: it may have. */
  private Ended notOpened(Target target, String path, Throwable cause) {
    if (cause instanceof WebSocketHandshakeException e) {
      int code = e.getResponse().code();
      if (code == 404)
        throw Failure.failed(
            "There is no "
                + target
                + " in the namespace `"
                + target.namespace()
                + "`; the command did not begin.");
      if (code == 400)
        throw Failure.failed(
            "The command did not begin in "
                + target
                + ": it does not run, or has no such container.");
      if (code == 401 || code == 403) {
        throw Failure.refused(
            "Kubernetes does not allow commands in " + target + ".",
            "Ask for the right `create pods/exec` (and `get pods/exec`) in the namespace `"
                + target.namespace()
                + "`.");
      }
      throw Failure.unreachable(
          "The command did not begin in "
              + target
              + ": the API server answered with status "
              + code
              + ".",
          cause);
    }
    if (KubernetesApi.neverSent(cause)) throw api.unreachable("POST " + path, cause);
    return new Ended.Unknown("The connection broke before it was open: " + cause.getMessage());
  }

  private static void feed(InputStream in, WebSocket socket, Channels listener) {
    var piece = new byte[PIECE + 1];
    try {
      for (int n; !listener.ended.isDone() && (n = in.readNBytes(piece, 1, PIECE)) > 0; ) {
        while (socket.queueSize() > QUEUE && !listener.ended.isDone()) Thread.sleep(2);
        if (!socket.send(ByteBuffer.wrap(java.util.Arrays.copyOf(piece, n + 1)))) return;
      }
      socket.send(ByteBuffer.wrap(new byte[] {(byte) 255, 0}));
    } catch (IOException e) {
      listener.ended.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The channels of the sub-protocol: 1 output, 2 error output, 3 the status, 255 a channel's end.
   */
  private static final class Channels implements WebSocket.Listener {
    private final OutputStream out;
    private final OutputStream err;
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    Channels(OutputStream out, OutputStream err) {
      this.out = out;
      this.err = err;
    }

    /**
     * Writing here, before the next message is asked for, is what keeps a fast command from filling
     * our memory.
     */
    @Override
    public void onMessage(WebSocket socket, ByteBuffer message) {
      try {
        if (message.hasRemaining()) message(message);
      } catch (IOException e) {
        ended.completeExceptionally(e);
        socket.sendClose(1001, "output refused");
      }
      socket.request();
    }

    private void message(ByteBuffer message) throws IOException {
      switch (message.get()) {
        case 1 -> write(out, message);
        case 2 -> write(err, message);
        case 3 -> {
          var bytes = new byte[message.remaining()];
          message.get(bytes);
          status(new String(bytes, StandardCharsets.UTF_8));
        }
        default -> {}
      }
    }

    private static void write(OutputStream to, ByteBuffer message) throws IOException {
      var bytes = new byte[message.remaining()];
      message.get(bytes);
      to.write(bytes);
    }

    private void status(String json) {
      try {
        var status = KubernetesApi.JSON.readTree(json);
        if (status.path("status").asText().equals("Success")) {
          ended.complete(new Ended.Exited(0));
          return;
        }
        for (var cause : status.at("/details/causes")) {
          if (cause.path("reason").asText().equals("ExitCode")) {
            ended.complete(new Ended.Exited(Integer.parseInt(cause.path("message").asText())));
            return;
          }
        }
        var words = status.path("message").asText();
        boolean begun =
            !words.contains("executable file not found")
                && !words.contains("no such file or directory")
                && !words.contains("OCI runtime exec failed");
        if (begun) ended.complete(new Ended.Unknown(words));
        else
          ended.completeExceptionally(
              Failure.failed("The command could not be started in the container.")
                  .withDetail(words));
      } catch (JsonProcessingException | NumberFormatException e) {
        ended.complete(new Ended.Unknown("The status of the command cannot be read: " + json));
      }
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      socket.request();
    }

    @Override
    public void onClose(WebSocket socket, int code, String reason) {
      ended.complete(
          new Ended.Unknown(
              "The connection was closed without a status ("
                  + code
                  + (reason == null || reason.isEmpty() ? "" : ", " + reason)
                  + ")."));
      socket.sendClose(1000, "");
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      ended.complete(new Ended.Unknown("The connection broke: " + error.getMessage()));
    }
  }
}
