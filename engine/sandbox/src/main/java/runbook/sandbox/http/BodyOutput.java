package runbook.sandbox.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A body within a connection: closing it ends the body and leaves the connection open. */
abstract class BodyOutput extends OutputStream {
  final OutputStream out;
  boolean closed;

  BodyOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** As long as was said. */
  static final class Fixed extends BodyOutput {
    private long left;

    Fixed(OutputStream out, long length) {
      super(out);
      this.left = length;
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      if (len > left) throw new IOException("The body is longer than was said.");
      out.write(b, off, len);
      left -= len;
    }

    @Override
    public void close() throws IOException {
      if (closed) return;
      closed = true;
      if (left > 0) throw new IOException("The body is shorter than was said.");
      out.flush();
    }
  }

  /** In pieces, each with its length. */
  static final class Chunked extends BodyOutput {
    private static final byte[] END = "\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    Chunked(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      if (len == 0) return;
      out.write((Integer.toHexString(len) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.write(b, off, len);
      out.write(END);
    }

    @Override
    public void close() throws IOException {
      if (closed) return;
      closed = true;
      out.write(LAST);
      out.flush();
    }
  }
}
