package runbook.sandbox.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The server's end of a WebSocket (RFC 6455). One thread receives; any may send, and waits while
 * the client is slow.
 */
public final class WebSocket implements AutoCloseable {
  /** The largest message that is taken. */
  private static final int MOST = 32 << 20;

  /** How long a client may take to close its end. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  /** The connection was closed as it should be. */
  public static final int NORMAL = 1000;

  private final DataInputStream in;
  private final OutputStream out;
  private final Object sending = new Object();
  private boolean closing;

  private final Connection connection;

  WebSocket(Connection connection) {
    this.connection = connection;
    this.in = new DataInputStream(connection.in());
    this.out = connection.out();
  }

  /**
   * The next message, whole; empty when the client closed the connection, or lost it.
   *
   * @throws IOException when what comes is no WebSocket
   */
  public Optional<byte[]> receive() throws IOException {
    var message = new ByteArrayOutputStream();
    while (true) {
      int first;
      try {
        first = in.readUnsignedByte();
      } catch (EOFException e) {
        return Optional.empty();
      }
      int opcode = first & 15;
      var payload = payload();
      switch (opcode) {
        case CLOSE -> {
          close(payload.length >= 2 ? (payload[0] & 255) << 8 | payload[1] & 255 : NORMAL, "");
          return Optional.empty();
        }
        case PING -> frame(PONG, payload, 0, payload.length);
        case PONG -> {}
        case CONTINUATION, TEXT, BINARY -> {
          if (message.size() + payload.length > MOST)
            throw new IOException("A message is too large.");
          if ((first & 128) != 0 && message.size() == 0) return Optional.of(payload);
          message.write(payload);
          if ((first & 128) != 0) return Optional.of(message.toByteArray());
        }
        default -> throw new IOException("There is no frame of kind " + opcode + ".");
      }
    }
  }

  private byte[] payload() throws IOException {
    int second = in.readUnsignedByte();
    if ((second & 128) == 0) throw new IOException("A client masks what it sends.");
    long length = second & 127;
    if (length == 126) length = in.readUnsignedShort();
    else if (length == 127) length = in.readLong();
    if (length < 0 || length > MOST) throw new IOException("A frame is too large.");
    var mask = new byte[4];
    in.readFully(mask);
    var payload = new byte[(int) length];
    in.readFully(payload);
    for (int i = 0; i < payload.length; i++) payload[i] ^= mask[i & 3];
    return payload;
  }

  public void send(byte[] bytes) throws IOException {
    frame(BINARY, bytes, 0, bytes.length);
  }

  public void send(byte[] bytes, int off, int len) throws IOException {
    frame(BINARY, bytes, off, len);
  }

  public void sendText(String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    frame(TEXT, bytes, 0, bytes.length);
  }

  public void ping() throws IOException {
    frame(PING, new byte[0], 0, 0);
  }

  private void frame(int opcode, byte[] bytes, int off, int len) throws IOException {
    synchronized (sending) {
      if (closing) throw new IOException("The WebSocket is closed.");
      head(opcode, len);
      out.write(bytes, off, len);
      out.flush();
    }
  }

  private void head(int opcode, int length) throws IOException {
    out.write(128 | opcode);
    if (length < 126) out.write(length);
    else if (length < 1 << 16) {
      out.write(126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(127);
      for (int shift = 56; shift >= 0; shift -= 8) out.write(shift > 31 ? 0 : length >> shift);
    }
  }

  /** Says that no more is sent; what the client still sends can be received. */
  public void close(int code, String reason) throws IOException {
    synchronized (sending) {
      if (closing) return;
      closing = true;
      var words = reason.getBytes(StandardCharsets.UTF_8);
      var payload = new byte[2 + Math.min(words.length, 120)];
      payload[0] = (byte) (code >> 8);
      payload[1] = (byte) code;
      System.arraycopy(words, 0, payload, 2, payload.length - 2);
      head(CLOSE, payload.length);
      out.write(payload);
      out.flush();
    }
  }

  /**
   * Closes it and reads on until the client has closed it too: a connection that is cut before that
   * may take what was sent last with it.
   */
  @Override
  public void close() throws IOException {
    close(NORMAL, "");
    connection.limitReading(LAST_WORDS);
    while (receive().isPresent()) {
      // what came late
    }
  }

  /** The first of the client's subprotocols that is spoken here. */
  public static Optional<String> choose(Request request, String... spoken) {
    return request
        .headers()
        .list("Sec-WebSocket-Protocol")
        .filter(Arrays.asList(spoken)::contains)
        .findFirst();
  }
}
