package runbook.sandbox.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** One of the streams of a {@link Spdy} connection; both directions end on their own. */
public final class SpdyStream {
  private static final byte[] END = new byte[0];

  /** So many frames may wait to be read; then the whole connection waits. */
  private static final int WAITING = 64;

  private final Spdy connection;
  private final int id;
  private final Map<String, String> headers;
  private final BlockingQueue<byte[]> frames = new ArrayBlockingQueue<>(WAITING);
  private volatile boolean lost;

  private volatile boolean clientEnded;
  private volatile boolean serverEnded;

  SpdyStream(Spdy connection, int id, Map<String, String> headers) {
    this.connection = connection;
    this.id = id;
    this.headers = Map.copyOf(headers);
  }

  /** As it was opened; the names in small letters. */
  public Map<String, String> headers() {
    return headers;
  }

  void received(byte[] bytes) {
    try {
      if (!lost) frames.put(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void ended() {
    received(END);
    clientEnded = true;
    if (serverEnded) connection.forget(id);
  }

  /** The client does not want it any more, or is gone. */
  void lost() {
    lost = true;
    // what came to its end is whole, and can still be read
    if (clientEnded) return;
    frames.clear();
    frames.offer(END);
  }

  /** What the client sends, until it ends its side. */
  public InputStream in() {
    return new PieceInput() {
      @Override
      Optional<byte[]> next() throws IOException {
        try {
          return Optional.of(frames.take()).filter(f -> f != END);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    };
  }

  /**
   * Sends.
   *
   * @throws IOException when the client does not want it any more
   */
  public void send(byte[] bytes, int offset, int length) throws IOException {
    if (lost) throw new IOException("The stream was reset.");
    connection.data(id, 0, bytes, offset, length);
  }

  /** Says that nothing more is sent. */
  public synchronized void end() throws IOException {
    if (serverEnded) return;
    serverEnded = true;
    if (clientEnded) connection.forget(id);
    if (!lost) connection.data(id, Spdy.FIN, END, 0, 0);
  }
}
