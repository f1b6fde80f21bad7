package runbook.sandbox.api;

import java.io.IOException;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.http.WebSocket;
import runbook.sandbox.store.StatusException;

/**
 * Ports of a pod over one WebSocket ({@code v4.channel.k8s.io}): of each port a channel of data and
 * one of errors, each of which begins with the port's number.
 */
final class ForwardStream {
  private static final int PIECE = 32 * 1024;

  private final Kubelet kubelet;

  ForwardStream(Kubelet kubelet) {
    this.kubelet = kubelet;
  }

  void serve(Target target, Request request, Response response)
      throws IOException, InterruptedException {
    var protocol = WebSocket.choose(request, "v4.channel.k8s.io", "portforward.k8s.io");
    if (!request.isWebSocket() || protocol.isEmpty())
      throw StatusException.badRequest("unable to upgrade: unable to negotiate protocol");
    var ports =
        request
            .parameters("ports")
            .flatMap(p -> java.util.stream.Stream.of(p.split(",")))
            .map(Integer::parseInt)
            .toList();
    if (ports.size() != 1)
      throw StatusException.badRequest("one port is forwarded by a connection here");
    int port = ports.getFirst();
    var socket = response.webSocket(protocol);
    for (int channel = 0; channel < 2; channel++)
      socket.send(new byte[] {(byte) channel, (byte) port, (byte) (port >> 8)});
    try (var forward = kubelet.forward(target.space(), target.name().orElseThrow(), port)) {
      var back =
          Thread.ofVirtual()
              .start(() -> {
                var piece = new byte[PIECE + 1];
                try {
                  for (int n; (n = forward.in().read(piece, 1, PIECE)) >= 0; )
                    socket.send(piece, 0, n + 1);
                  socket.close(WebSocket.NORMAL, "");
                } catch (IOException e) {
                  // one of both is gone
                }
              });
      for (var m = socket.receive(); m.isPresent(); m = socket.receive()) {
        var bytes = m.get();
        if (bytes.length < 2 || bytes[0] != 0) continue;
        forward.out().write(bytes, 1, bytes.length - 1);
        forward.out().flush();
      }
      back.interrupt();
    } catch (IOException e) {
      var words = ("1" + e.getMessage()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      words[0] = 1;
      socket.send(words);
      socket.close();
    }
  }
}
