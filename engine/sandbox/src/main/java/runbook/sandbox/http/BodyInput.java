package runbook.sandbox.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body within a connection: it ends where the body ends, and leaves what follows. */
public abstract class BodyInput extends InputStream {
  private final byte[] one = new byte[1];

  /** A body of that many bytes. */
  public static BodyInput fixed(InputStream in, long length) {
    return new BodyInput() {
      private long left = length;

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) return 0;
        if (left == 0) return -1;
        int n = in.read(b, off, (int) Math.min(len, left));
        if (n < 0) throw new EOFException("The body is cut off.");
        left -= n;
        return n;
      }
    };
  }

  /** A body in pieces, each with its length. */
  public static BodyInput chunked(InputStream in) {
    return new BodyInput() {
      private long left;
      private boolean first = true;
      private boolean ended;

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) return 0;
        if (left == 0 && !ended) next();
        if (ended) return -1;
        int n = in.read(b, off, (int) Math.min(len, left));
        if (n < 0) throw new EOFException("The body is cut off.");
        left -= n;
        return n;
      }

      private void next() throws IOException {
        if (!first && !line().isEmpty()) throw new BadRequest(400, "A chunk has another length.");
        first = false;
        var size = line().replaceAll(";.*", "").strip();
        if (!size.matches("[0-9A-Fa-f]{1,15}"))
          throw new BadRequest(400, "A chunk says no length.");
        left = Long.parseLong(size, 16);
        if (left > 0) return;
        ended = true;
        while (!line().isEmpty()) {
          // trailers are passed over
        }
      }

      private String line() throws IOException {
        return RequestReader.line(in).orElseThrow(EOFException::new);
      }
    };
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] b, int off, int len) throws IOException;
}
