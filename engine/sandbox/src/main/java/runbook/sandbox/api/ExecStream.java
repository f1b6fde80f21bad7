package runbook.sandbox.api;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.http.WebSocket;
import runbook.sandbox.json.Json;
import runbook.sandbox.store.StatusException;

/**
 * A command's streams over one WebSocket: each message begins with the number of its channel.
 * Version 5 can say that the input has ended, version 4 cannot (DOMAIN A5).
 */
final class ExecStream {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;

  /** Behind it stands the channel that ended. */
  private static final int CLOSED = 255;

  private static final int PIECE = 32 * 1024;

  private final Kubelet kubelet;

  ExecStream(Kubelet kubelet) {
    this.kubelet = kubelet;
  }

  void serve(Target target, Request request, Response response)
      throws IOException, InterruptedException {
    if (!request.isWebSocket()) throw StatusException.badRequest("Upgrade request required");
    var protocol = WebSocket.choose(request, "v5.channel.k8s.io", "v4.channel.k8s.io");
    if (protocol.isEmpty())
      throw StatusException.badRequest(
          "unable to upgrade: unable to negotiate protocol: client supports "
              + request.headers().list("Sec-WebSocket-Protocol").toList()
              + ", server accepts [v5.channel.k8s.io v4.channel.k8s.io]");
    var command = request.parameters("command").toList();
    if (command.isEmpty()) throw StatusException.badRequest("you must specify at least 1 command");
    Kubelet.Execution execution;
    try {
      execution =
          kubelet.exec(
              target.space(),
              target.name().orElseThrow(),
              request.parameter("container").filter(c -> !c.isEmpty()),
              command,
              request.flag("stdin"),
              request.flag("tty"));
    } catch (StatusException e) {
      // what only the container's runtime finds out comes when the connection is there already
      if (e.code() != 500) throw e;
      try (var socket = response.webSocket(protocol)) {
        socket.send(message(ERROR, Json.bytes(e.status())));
      }
      return;
    }
    try (execution) {
      stream(response.webSocket(protocol), execution, request.flag("tty"));
    }
  }

  private static void stream(WebSocket socket, Kubelet.Execution execution, boolean terminal)
      throws IOException, InterruptedException {
    // the client's side: its input, and the end of the connection
    var feeding = Thread.ofVirtual().name("stdin").start(() -> feed(socket, execution));
    var draining = new ArrayList<Thread>();
    draining.add(drain(socket, STDOUT, execution.stdout()));
    if (!terminal) draining.add(drain(socket, STDERR, execution.stderr()));
    for (var thread : draining) thread.join();
    int code = execution.await();
    socket.send(message(ERROR, Json.bytes(status(code))));
    socket.close(WebSocket.NORMAL, "");
    // what the client says last is read, so that it gets what we said last
    feeding.join(Duration.ofSeconds(10));
  }

  private static void feed(WebSocket socket, Kubelet.Execution execution) {
    try {
      for (var m = socket.receive(); m.isPresent(); m = socket.receive()) {
        var bytes = m.get();
        if (bytes.length == 2 && (bytes[0] & 255) == CLOSED && bytes[1] == STDIN) {
          execution.stdin().close();
        } else if (bytes.length > 1 && bytes[0] == STDIN) {
          try {
            execution.stdin().write(bytes, 1, bytes.length - 1);
            execution.stdin().flush();
          } catch (IOException e) {
            // it does not read any more; what it was sent is lost, as in real life
          }
        }
      }
    } catch (IOException e) {
      // the connection is gone
    }
    execution.close();
  }

  private static Thread drain(WebSocket socket, int channel, InputStream from) {
    return Thread.ofVirtual()
        .name("channel " + channel)
        .start(() -> {
          var piece = new byte[PIECE + 1];
          piece[0] = (byte) channel;
          try (from) {
            for (int n; (n = from.read(piece, 1, PIECE)) >= 0; ) socket.send(piece, 0, n + 1);
          } catch (IOException e) {
            // the client is gone; the command is not told
          }
        });
  }

  private static byte[] message(int channel, byte[] bytes) {
    var message = new byte[bytes.length + 1];
    message[0] = (byte) channel;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    return message;
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode status(int code) {
    var status = Json.object();
    status.putObject("metadata");
    if (code == 0) return status.put("status", "Success");
    status
        .put("status", "Failure")
        .put("message", "command terminated with non-zero exit code: exit status " + code)
        .put("reason", "NonZeroExitCode");
    Json.put(
        status,
        "details.causes",
        List.of(java.util.Map.of("reason", "ExitCode", "message", Integer.toString(code))));
    return status;
  }
}
