package runbook.sandbox.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A WebSocket as two streams of bytes: where messages begin and end means nothing. */
public final class Tunnel {
  private Tunnel() {}

  public static InputStream in(WebSocket socket) {
    return new InputStream() {
      private byte[] message = new byte[0];
      private int at;

      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        while (at == message.length) {
          var next = socket.receive();
          if (next.isEmpty()) return -1;
          message = next.get();
          at = 0;
        }
        int n = Math.min(length, message.length - at);
        System.arraycopy(message, at, into, offset, n);
        at += n;
        return n;
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
