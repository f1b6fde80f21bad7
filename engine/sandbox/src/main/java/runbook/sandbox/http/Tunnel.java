package runbook.sandbox.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** A WebSocket as two streams of bytes: where messages begin and end means nothing. */
public final class Tunnel {
  private Tunnel() {}

  public static InputStream in(WebSocket socket) {
    return new PieceInput() {
      @Override
      Optional<byte[]> next() throws IOException {
        return socket.receive();
      }
    };
  }

  /** What is written goes out as one message when it is flushed. */
  public static OutputStream out(WebSocket socket) {
    return new ByteArrayOutputStream() {
      @Override
      public synchronized void flush() throws IOException {
        if (count > 0) socket.send(buf, 0, count);
        reset();
      }
    };
  }
}
