package runbook.sandbox.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** One connection: its requests one after the other, until one of them is the last. */
final class Connection implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  /** What of an unread body is passed over; a client that sends more is not worth the wait. */
  private static final long PASSED_OVER = 1 << 20;

  private final Socket plain;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /**
   * @param plain the connection itself
   * @param socket what is spoken over it; the same, or TLS
   */
  Connection(Socket plain, Socket socket) throws IOException {
    this.plain = plain;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  /** From now on each read fails that waits longer. */
  void limitReading(Duration limit) throws IOException {
    plain.setSoTimeout((int) limit.toMillis());
  }

  void serve(Handler handler) {
    try (this) {
      var reader = new RequestReader(in, this::goOn);
      while (one(reader, handler)) {
        // the next one
      }
    } catch (IOException | UncheckedIOException gone) {
      // the client is; there is nobody to tell
    }
  }

  private boolean one(RequestReader reader, Handler handler) throws IOException {
    Optional<Request> request;
    try {
      request = reader.next();
    } catch (BadRequest e) {
      refuse(e);
      return false;
    } catch (EOFException e) {
      return false;
    }
    if (request.isEmpty()) return false;
    var response = new Response(request.get(), this);
    try {
      handler.handle(request.get(), response);
    } catch (BadRequest e) {
      if (response.isBegun()) throw e;
      response.last();
      response.send(e.status(), "text/plain; charset=utf-8", e.getMessage() + "\n");
    }
    return response.finish() && passedOver(request.get());
  }

  /** Whether the rest of the body is out of the way. */
  private static boolean passedOver(Request request) throws IOException {
    long left = PASSED_OVER;
    for (long n; left > 0 && (n = request.body().skip(left)) > 0; ) left -= n;
    return request.body().read() < 0;
  }

  private void goOn() {
    try {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void refuse(BadRequest e) throws IOException {
    var text = e.getMessage() + "\n";
    var answer =
        "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(e.status(), Phrases.of(e.status()), text.length(), text);
    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    socket.shutdownOutput();
  }

  /** Ends it with a reset, as a machine does that is gone. */
  void abort() {
    try {
      plain.setSoLinger(true, 0);
      plain.close();
    } catch (IOException e) {
      // it is gone already
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone already
    }
  }
}
