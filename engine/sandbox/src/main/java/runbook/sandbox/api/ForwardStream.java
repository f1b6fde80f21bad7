package runbook.sandbox.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.http.Spdy;
import runbook.sandbox.http.SpdyStream;
import runbook.sandbox.http.Tunnel;
import runbook.sandbox.http.WebSocket;
import runbook.sandbox.store.StatusException;

/**
 * Ports of a pod over one WebSocket. Either ({@code v4.channel.k8s.io}) a channel of data and one
 * of errors, each of which begins with the port's number; or, as kubectl does it, many connections,
 * each of a pair of SPDY streams for data and errors, with SPDY in the WebSocket's messages.
 */
final class ForwardStream {
  private static final int PIECE = 32 * 1024;
  private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";

  private final Kubelet kubelet;

  ForwardStream(Kubelet kubelet) {
    this.kubelet = kubelet;
  }

  void serve(Target target, Request request, Response response)
      throws IOException, InterruptedException {
    var protocol = WebSocket.choose(request, TUNNEL, "v4.channel.k8s.io", "portforward.k8s.io");
    if (!request.isWebSocket() || protocol.isEmpty())
      throw StatusException.badRequest("unable to upgrade: unable to negotiate protocol");
    if (protocol.get().equals(TUNNEL)) {
      tunnel(target, response.webSocket(protocol));
      return;
    }
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

  private void tunnel(Target target, WebSocket socket) throws IOException {
    var errors = new ConcurrentHashMap<String, SpdyStream>();
    var spdy = new Spdy(Tunnel.in(socket), Tunnel.out(socket));
    spdy.serve(stream -> {
      var id = stream.headers().getOrDefault("requestid", "");
      if (stream.headers().getOrDefault("streamtype", "").equals("error")) errors.put(id, stream);
      else
        Thread.ofVirtual()
            .name("forwarded port")
            .start(() -> connect(target, stream, Optional.ofNullable(errors.remove(id))));
    });
    socket.close();
  }

  /** One connection; what goes wrong is said in its stream of errors. */
  private void connect(Target target, SpdyStream data, Optional<SpdyStream> errors) {
    var words = "";
    try {
      int port = Integer.parseInt(data.headers().getOrDefault("port", ""));
      var pod = target.name().orElseThrow();
      try (var forward = kubelet.forward(target.space(), pod, port)) {
        var back = Thread.ofVirtual().name("back").start(() -> back(forward, data));
        data.in().transferTo(forward.out());
        forward.out().flush();
        forward.end();
        back.join();
      }
    } catch (NumberFormatException e) {
      words = "the port is no number";
    } catch (IOException e) {
      words = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(data, "");
    var last = words;
    errors.ifPresent(e -> end(e, last));
  }

  private static void back(Kubelet.Forward forward, SpdyStream data) {
    var piece = new byte[PIECE];
    try {
      for (int n; (n = forward.in().read(piece)) >= 0; ) data.send(piece, 0, n);
    } catch (IOException e) {
      // one of both is gone
    }
    end(data, "");
  }

  private static void end(SpdyStream stream, String words) {
    try {
      var bytes = words.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > 0) stream.send(bytes, 0, bytes.length);
      stream.end();
    } catch (IOException e) {
      // the client is gone
    }
  }
}
