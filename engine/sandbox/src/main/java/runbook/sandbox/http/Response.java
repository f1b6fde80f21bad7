package runbook.sandbox.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The answer to one request. */
public final class Response {
  /** What RFC 6455 adds to a key before it is hashed. */
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final Request request;
  private final Connection connection;
  private final Headers headers = new Headers();
  private int status = 200;
  private Optional<OutputStream> body = Optional.empty();
  private boolean keep;
  private boolean upgraded;
  private UnaryOperator<OutputStream> filter = UnaryOperator.identity();
  private Runnable beforeHead = () -> {};
  private boolean aborted;
  private Optional<WebSocket> socket = Optional.empty();

  Response(Request request, Connection connection) {
    this.request = request;
    this.connection = connection;
    this.keep = !request.headers().has("Connection", "close");
  }

  public Headers headers() {
    return headers;
  }

  public Response status(int code) {
    status = code;
    return this;
  }

  /** The status, as far as it is known by now. */
  public int status() {
    return status;
  }

  /** Whether the connection was reset. */
  public boolean isAborted() {
    return aborted;
  }

  /** What it became. */
  public Optional<WebSocket> socket() {
    return socket;
  }

  /** Whether its head is on its way already. */
  public boolean isBegun() {
    return body.isPresent() || upgraded;
  }

  /** The whole answer. */
  public void send(int code, String type, byte[] bytes) throws IOException {
    status(code);
    headers.set("Content-Type", type);
    headers.set("Content-Length", Integer.toString(bytes.length));
    try (var out = body()) {
      out.write(bytes);
    }
  }

  public void send(int code, String type, String text) throws IOException {
    send(code, type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The body, chunked unless a length was set; what is flushed is sent. */
  public OutputStream body() throws IOException {
    if (body.isPresent()) return body.get();
    boolean none = status == 204 || status == 304 || status < 200;
    if (!none && headers.first("Content-Length").isEmpty())
      headers.set("Transfer-Encoding", "chunked");
    if (!keep) headers.set("Connection", "close");
    head();
    OutputStream out;
    if (none || request.method().equals("HEAD")) out = OutputStream.nullOutputStream();
    else if (headers.first("Content-Length").isPresent())
      out =
          new BodyOutput.Fixed(
              connection.out(), Long.parseLong(headers.first("Content-Length").get()));
    else out = new BodyOutput.Chunked(connection.out());
    body = Optional.of(filter.apply(out));
    return body.get();
  }

  /** For faults: the body of the answer goes through this, before it is cut into chunks. */
  public void filter(UnaryOperator<OutputStream> through) {
    filter = through;
  }

  /** For faults: this is done when all is done and the first byte of the answer would be sent. */
  public void beforeHead(Runnable action) {
    beforeHead = action;
  }

  private void head() throws IOException {
    beforeHead.run();
    if (status < 300 && request.body() instanceof RequestReader.Asking a) a.ask();
    if (headers.first("Date").isEmpty())
      headers.set(
          "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    var text = new StringBuilder("HTTP/1.1 " + status + " " + Phrases.of(status) + "\r\n");
    headers.write(text);
    connection.out().write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Becomes a WebSocket (RFC 6455).
   *
   * @param protocol the chosen subprotocol, if there is to be one
   */
  public WebSocket webSocket(Optional<String> protocol) throws IOException {
    var key =
        request
            .headers()
            .first("Sec-WebSocket-Key")
            .orElseThrow(() -> new BadRequest(400, "There is no Sec-WebSocket-Key."));
    headers.set("Sec-WebSocket-Accept", accept(key));
    protocol.ifPresent(p -> headers.set("Sec-WebSocket-Protocol", p));
    upgrade("websocket");
    var made = new WebSocket(connection);
    socket = Optional.of(made);
    return made;
  }

  private static String accept(String key) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Becomes another protocol; what the client sends is read here, and {@link #raw} answers. */
  public InputStream upgrade(String protocol) throws IOException {
    status(101);
    headers.set("Upgrade", protocol);
    headers.set("Connection", "Upgrade");
    upgraded = true;
    keep = false;
    head();
    connection.out().flush();
    return connection.in();
  }

  /** What goes to the client after an upgrade. */
  public OutputStream raw() {
    return connection.out();
  }

  /** The connection does not outlive this answer. */
  public void last() {
    keep = false;
  }

  /** Sends what was written and closes the connection, finished or not. */
  public void hangUp() {
    keep = false;
    try {
      connection.out().flush();
    } catch (IOException e) {
      // the client is gone
    }
    connection.close();
  }

  /** Breaks the connection: the client gets a reset, and nothing more. */
  public void abort() {
    keep = false;
    aborted = true;
    connection.abort();
  }

  /** Finishes what was begun; whether another request may follow. */
  boolean finish() throws IOException {
    if (upgraded) return false;
    if (body.isEmpty()) {
      if (status != 204) headers.set("Content-Length", "0");
      body();
    }
    body.get().close();
    connection.out().flush();
    return keep;
  }
}
