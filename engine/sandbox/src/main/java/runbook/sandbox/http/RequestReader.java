package runbook.sandbox.http;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads requests from a connection, one after the other (RFC 9112). */
final class RequestReader {
  private static final int LINE = 64 * 1024;
  private static final int FIELDS = 200;
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private final InputStream in;
  private final Runnable onContinue;

  /**
   * @param in buffered
   * @param onContinue called when the body is first read, and the client waits to be asked for it
   */
  RequestReader(InputStream in, Runnable onContinue) {
    this.in = in;
    this.onContinue = onContinue;
  }

  /** The next request; empty when the client has closed the connection. */
  Optional<Request> next() throws IOException {
    var line = line();
    // an empty line before the request is passed over
    if (line.isPresent() && line.get().isEmpty()) line = line();
    if (line.isEmpty()) return Optional.empty();
    var words = line.get().split(" ", -1);
    if (words.length != 3 || !TOKEN.matcher(words[0]).matches())
      throw new BadRequest(400, "The first line is no request.");
    if (!words[2].matches("HTTP/1\\.[01]"))
      throw new BadRequest(505, "Only HTTP/1.1 is spoken here.");
    var headers = headers();
    if (words[2].equals("HTTP/1.0") && headers.first("Connection").isEmpty())
      headers.add("Connection", "close");
    return Optional.of(Request.of(words[0], words[1], headers, body(headers)));
  }

  private Headers headers() throws IOException {
    var headers = new Headers();
    for (int n = 0; ; n++) {
      var line = line().orElseThrow(EOFException::new);
      if (line.isEmpty()) return headers;
      if (n == FIELDS) throw new BadRequest(431, "There are too many header fields.");
      int colon = line.indexOf(':');
      if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches())
        throw new BadRequest(400, "A line of the header is no field.");
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
  }

  private InputStream body(Headers headers) throws IOException {
    var coding = headers.first("Transfer-Encoding");
    var lengths = headers.list("Content-Length").distinct().toList();
    InputStream body;
    if (coding.isPresent()) {
      if (!coding.get().equalsIgnoreCase("chunked") || !lengths.isEmpty())
        throw new BadRequest(400, "The length of the body cannot be told.");
      body = BodyInput.chunked(in);
    } else if (lengths.isEmpty()) {
      return InputStream.nullInputStream();
    } else {
      if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,18}"))
        throw new BadRequest(400, "The length of the body cannot be told.");
      body = BodyInput.fixed(in, Long.parseLong(lengths.getFirst()));
    }
    return headers.has("Expect", "100-continue") ? new Asking(body, onContinue) : body;
  }

  /** Asks for the body when it is wanted. */
  static final class Asking extends FilterInputStream {
    private final Runnable onContinue;
    private boolean asked;

    Asking(InputStream in, Runnable onContinue) {
      super(in);
      this.onContinue = onContinue;
    }

    /** At the latest when the answer begins, behind which it could not be said. */
    void ask() {
      if (!asked) onContinue.run();
      asked = true;
    }

    @Override
    public int read() throws IOException {
      ask();
      return super.read();
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      ask();
      return super.read(b, off, len);
    }
  }

  /** A line without its end; empty at the end of the stream. */
  private Optional<String> line() throws IOException {
    return line(in);
  }

  static Optional<String> line(InputStream in) throws IOException {
    var out = new java.io.ByteArrayOutputStream(128);
    for (int b; (b = in.read()) >= 0; ) {
      if (b == '\n') {
        var text = out.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
      }
      if (out.size() == LINE) throw new BadRequest(431, "A line of the header is too long.");
      out.write(b);
    }
    if (out.size() > 0) throw new EOFException("The connection ended within a line.");
    return Optional.empty();
  }
}
