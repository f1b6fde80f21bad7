package runbook.sandbox.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server on a port of loopback that the system chose. */
public final class HttpServer implements AutoCloseable {
  private final Optional<SSLContext> tls;
  private final Handler handler;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket listening;
  private Thread accepting;
  private final int port;

  private HttpServer(Optional<SSLContext> tls, Handler handler, int port) throws IOException {
    this.tls = tls;
    this.handler = handler;
    this.listening = listen(port);
    this.port = listening.getLocalPort();
    this.accepting = accept(listening);
  }

  public static HttpServer start(Optional<SSLContext> tls, Handler handler) throws IOException {
    return start(tls, handler, 0);
  }

  /**
   * @param port 0 for any that is free
   */
  public static HttpServer start(Optional<SSLContext> tls, Handler handler, int port)
      throws IOException {
    return new HttpServer(tls, handler, port);
  }

  private static ServerSocket listen(int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    return socket;
  }

  private Thread accept(ServerSocket socket) {
    return Thread.ofVirtual()
        .name("accept")
        .start(() -> {
          while (!socket.isClosed()) {
            try {
              var client = socket.accept();
              Thread.ofVirtual().name("connection").start(() -> serve(client));
            } catch (IOException e) {
              // closed, or out of descriptors: both are for who comes next to see
            }
          }
        });
  }

  private void serve(Socket client) {
    try {
      client.setTcpNoDelay(true);
      var connection = new Connection(client, secured(client));
      connections.add(connection);
      try {
        if (listening.isClosed()) connection.abort();
        else connection.serve(handler);
      } finally {
        connections.remove(connection);
      }
    } catch (IOException e) {
      // the client went before it said anything
    }
  }

  private Socket secured(Socket client) throws IOException {
    if (tls.isEmpty()) return client;
    var socket =
        (SSLSocket) tls.get().getSocketFactory().createSocket(client, null, client.getPort(), true);
    socket.setUseClientMode(false);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  public int port() {
    return port;
  }

  /** {@code http://127.0.0.1:8080}, without a slash behind it. */
  public String url() {
    return (tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + port;
  }

  /** From now on connections are refused, and those that are there are cut. */
  public synchronized void stop() {
    try {
      listening.close();
      // the system lets go of the port when nobody waits at it any more
      accepting.join(Duration.ofSeconds(5));
    } catch (IOException e) {
      // closed, then
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(Connection::abort);
  }

  /** Listens again, at the same port. */
  public synchronized void resume() throws IOException {
    if (!listening.isClosed()) return;
    listening = listen(port);
    accepting = accept(listening);
  }

  @Override
  public void close() {
    stop();
  }
}
