package runbook.sandbox.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Pieces that come one after the other, as one stream. */
abstract class PieceInput extends InputStream {
  private byte[] piece = new byte[0];
  private int at;
  private boolean over;

  /** The next piece, which may be empty; none at the end. */
  abstract Optional<byte[]> next() throws IOException;

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (at == piece.length && !over) {
      var next = next();
      over = next.isEmpty();
      piece = next.orElse(new byte[0]);
      at = 0;
    }
    if (over) return -1;
    int n = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, into, offset, n);
    at += n;
    return n;
  }
}
