package runbook.sandbox.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The server's end of SPDY/3.1 as far as Kubernetes uses it, which is without flow control: many
 * streams, which the client opens, over one connection. It is what kubectl's port-forward sends
 * through a WebSocket.
 */
public final class Spdy {
  static final int FIN = 1;

  private static final int OPEN = 1;
  private static final int REPLY = 2;
  private static final int RESET = 3;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;

  private static final int VERSION = 0x8003;
  private static final int MOST_HEADERS = 64 * 1024;
  static final byte[] DICTIONARY = dictionary();

  private final DataInputStream in;
  private final DataOutputStream out;
  private final Inflater inflater = new Inflater();
  private final Deflater deflater = new Deflater();
  private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();

  public Spdy(InputStream in, OutputStream out) {
    this.in = new DataInputStream(in);
    this.out = new DataOutputStream(out);
    deflater.setDictionary(DICTIONARY);
  }

  /** What both ends know of headers before the first; each word comes with its length. */
  private static byte[] dictionary() {
    try (var resource = Spdy.class.getResourceAsStream("spdy-dictionary.txt")) {
      var lines = new String(resource.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
      var bytes = new ByteArrayOutputStream();
      var data = new DataOutputStream(bytes);
      int i = 0;
      for (; !lines[i].isEmpty(); i++) {
        data.writeInt(lines[i].length());
        data.writeBytes(lines[i]);
      }
      data.writeBytes(lines[i + 1]);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Takes what comes until the client goes away.
   *
   * @param opened gets each stream that the client opens; it must not wait
   */
  public void serve(Consumer<SpdyStream> opened) throws IOException {
    try {
      while (take(opened)) {
        // one frame after the other
      }
    } catch (EOFException e) {
      // the connection is gone
    } finally {
      streams.values().forEach(SpdyStream::lost);
    }
  }

  private boolean take(Consumer<SpdyStream> opened) throws IOException {
    int first = in.readInt();
    int second = in.readInt();
    int flags = second >>> 24;
    var payload = new byte[second & 0xffffff];
    in.readFully(payload);
    if (first >= 0) {
      data(first, flags, payload);
      return true;
    }
    if (first >>> 16 != VERSION) throw new IOException("The client speaks another SPDY.");
    var content = new DataInputStream(new ByteArrayInputStream(payload));
    switch (first & 0xffff) {
      case OPEN -> open(content, flags, opened);
      case RESET -> {
        var stream = streams.remove(content.readInt());
        if (stream != null) stream.lost();
      }
      case PING -> control(PING, 0, payload);
      case GO_AWAY -> {
        return false;
      }
      default -> {
        // settings, windows and more headers mean nothing here
      }
    }
    return true;
  }

  private void data(int id, int flags, byte[] payload) {
    var stream = streams.get(id);
    // one that was reset may still be sent to
    if (stream == null) return;
    if (payload.length > 0) stream.received(payload);
    if ((flags & FIN) != 0) stream.ended();
  }

  private void open(DataInputStream content, int flags, Consumer<SpdyStream> opened)
      throws IOException {
    int id = content.readInt();
    content.readInt();
    content.readShort();
    var stream = new SpdyStream(this, id, headers(content.readAllBytes()));
    if ((flags & FIN) != 0) stream.ended();
    streams.put(id, stream);
    synchronized (out) {
      var reply = new ByteArrayOutputStream();
      var data = new DataOutputStream(reply);
      data.writeInt(id);
      data.write(noHeaders());
      control(REPLY, 0, reply.toByteArray());
    }
    opened.accept(stream);
  }

  private Map<String, String> headers(byte[] compressed) throws IOException {
    var block = new DataInputStream(new ByteArrayInputStream(inflated(compressed)));
    var headers = new LinkedHashMap<String, String>();
    for (int count = block.readInt(); count > 0; count--)
      headers.put(text(block).toLowerCase(Locale.ROOT), text(block));
    return headers;
  }

  private static String text(DataInputStream from) throws IOException {
    int length = from.readInt();
    if (length < 0 || length > MOST_HEADERS) throw new IOException("A header is too long.");
    return new String(from.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  private byte[] inflated(byte[] compressed) throws IOException {
    inflater.setInput(compressed);
    var plain = new ByteArrayOutputStream();
    var piece = new byte[4096];
    try {
      while (true) {
        int n = inflater.inflate(piece);
        if (n == 0 && inflater.needsDictionary()) inflater.setDictionary(DICTIONARY);
        else if (n == 0) return plain.toByteArray();
        plain.write(piece, 0, n);
        if (plain.size() > MOST_HEADERS) throw new IOException("The headers are too long.");
      }
    } catch (DataFormatException | IllegalArgumentException e) {
      throw new IOException("The headers cannot be read: " + e.getMessage(), e);
    }
  }

  private byte[] noHeaders() {
    deflater.setInput(new byte[4]);
    var piece = new byte[64];
    int n = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
    return java.util.Arrays.copyOf(piece, n);
  }

  private void control(int type, int flags, byte[] payload) throws IOException {
    frame(VERSION << 16 | type, flags, payload, 0, payload.length);
  }

  void data(int id, int flags, byte[] bytes, int offset, int length) throws IOException {
    frame(id, flags, bytes, offset, length);
  }

  void forget(int id) {
    streams.remove(id);
  }

  private void frame(int first, int flags, byte[] bytes, int offset, int length)
      throws IOException {
    synchronized (out) {
      out.writeInt(first);
      out.writeInt(flags << 24 | length);
      out.write(bytes, offset, length);
      out.flush();
    }
  }
}
