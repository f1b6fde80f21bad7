package runbook.cli.upgrade;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Between the program and the API server: changes one bit in every large piece of a command's
 * output, as a broken machine on the way would. TLS to the server is socat's; our side is plain.
 */
final class FlippingProxy implements AutoCloseable {
  private static final int LARGE = 8 * 1024;

  private final ServerSocket listening;
  private final Process tls;
  private final int tlsPort;

  FlippingProxy() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      tlsPort = free.getLocalPort();
    }
    var pki = Path.of(System.getenv("KUBECONFIG")).getParent();
    tls =
        new ProcessBuilder(
                List.of(
                    "socat",
                    "TCP-LISTEN:" + tlsPort + ",fork,reuseaddr,bind=127.0.0.1",
                    "OPENSSL:127.0.0.1:6443,verify=0,cert="
                        + pki.resolve("admin.crt")
                        + ",key="
                        + pki.resolve("admin.key")))
            .inheritIO()
            .start();
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** A kubeconfig that leads through here. */
  Path kubeconfig(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(listening.getLocalPort()));
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var client = listening.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), tlsPort);
        Thread.ofVirtual().start(() -> copy(client, server));
        Thread.ofVirtual().start(() -> answers(server, client));
      } catch (IOException e) {
        // closed, or the server is not there: the client sees a closed connection
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // one side has gone
    }
  }

  private static void answers(Socket server, Socket client) {
    try (server;
        client) {
      var in =
          new DataInputStream(new java.io.BufferedInputStream(server.getInputStream(), 1 << 16));
      var out = client.getOutputStream();
      if (head(in, out).startsWith("HTTP/1.1 101")) frames(in, out);
      else in.transferTo(out);
    } catch (IOException e) {
      // one side has gone
    }
  }

  /** Passes on the first answer's head. */
  private static String head(InputStream in, OutputStream out) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) throw new EOFException();
      head.append((char) b);
    }
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return head.toString();
  }

  /** A server's WebSocket frames: two bytes, perhaps a longer length, the payload. */
  private static void frames(DataInputStream in, OutputStream out) throws IOException {
    while (true) {
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      long length = second & 0x7f;
      out.write(first);
      out.write(second);
      if (length == 126) {
        length = in.readUnsignedShort();
        out.write((int) length >> 8);
        out.write((int) length);
      } else if (length == 127) {
        length = in.readLong();
        for (int shift = 56; shift >= 0; shift -= 8) out.write((int) (length >> shift));
      }
      var payload = in.readNBytes((int) length);
      if (payload.length >= LARGE && payload[0] == 1) payload[payload.length / 2] ^= 4;
      out.write(payload);
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    tls.descendants().forEach(ProcessHandle::destroy);
    tls.destroy();
  }
}
