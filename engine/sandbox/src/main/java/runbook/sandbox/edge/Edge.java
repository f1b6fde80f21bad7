package runbook.sandbox.edge;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import runbook.sandbox.cloudflare.Cloudflare;
import runbook.sandbox.cloudflare.Script;
import runbook.sandbox.http.BodyInput;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;

/** Answers for the hosts of all zones, which clients name in the header {@code Host}. */
public final class Edge implements Handler {
  private static final int LONGEST_LINE = 64 * 1024;

  /** What ends at the edge (RFC 9110, 7.6.1), and what the edge says itself. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "transfer-encoding",
          "upgrade",
          "te",
          "trailer",
          "proxy-connection",
          "date",
          "server");

  private final Cloudflare cloudflare;
  private final Origin origin;

  public Edge(Cloudflare cloudflare, Origin origin) {
    this.cloudflare = cloudflare;
    this.origin = origin;
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    response.headers().set("Server", "cloudflare");
    var host =
        request
            .headers()
            .first("Host")
            .orElse("")
            .replaceAll(":[0-9]+$", "")
            .toLowerCase(Locale.ROOT);
    if (cloudflare.zoneOf(host).isEmpty()) {
      fail(response, 530, "error code: 1016");
      return;
    }
    // what a visitor would have used, unless it is said
    var scheme = request.headers().first("X-Forwarded-Proto").orElse("https");
    var script = cloudflare.scriptFor(scheme, host, request.target());
    if (script.isPresent()) answer(script.get(), response);
    else pass(host, scheme, request, response);
  }

  private static void fail(Response response, int status, String text) throws IOException {
    response.send(status, "text/plain; charset=UTF-8", text);
  }

  private static void answer(Script script, Response response) throws IOException {
    script.headers().forEach(response.headers()::set);
    var type = response.headers().first("Content-Type").orElse("text/plain; charset=utf-8");
    response.send(script.status(), type, script.body());
  }

  private void pass(String host, String scheme, Request request, Response response)
      throws IOException {
    Origin.Connection link;
    try {
      link = origin.connect(host);
    } catch (IOException e) {
      fail(response, 502, "error code: 502: " + e.getMessage());
      return;
    }
    try (link) {
      Head head;
      InputStream in = new BufferedInputStream(link.in());
      try {
        ask(host, scheme, request, link);
        head = head(in);
      } catch (IOException e) {
        fail(response, 520, "error code: 520: " + e.getMessage());
        return;
      }
      begin(head, response);
      boolean bare = request.method().equals("HEAD") || head.status == 204 || head.status == 304;
      if (bare) response.body();
      else relay(head, in, response);
    }
  }

  private static void ask(String host, String scheme, Request request, Origin.Connection link)
      throws IOException {
    var body = request.body().readAllBytes();
    var text = new StringBuilder(request.method() + " " + request.target() + " HTTP/1.1\r\n");
    text.append("Host: ").append(host).append("\r\nX-Forwarded-Proto: ").append(scheme);
    for (var name : List.of("Accept", "Content-Type", "Cookie", "User-Agent", "Authorization"))
      request.headers().all(name).forEach(v -> text.append("\r\n" + name + ": " + v));
    if (body.length > 0) text.append("\r\nContent-Length: " + body.length);
    text.append("\r\nConnection: close\r\n\r\n");
    link.out().write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    link.out().write(body);
    link.out().flush();
  }

  private record Field(String name, String value) {}

  private record Head(int status, List<Field> fields) {
    boolean isChunked() {
      return fields.stream()
          .anyMatch(f ->
              f.name.equalsIgnoreCase("Transfer-Encoding") && f.value.equalsIgnoreCase("chunked"));
    }

    Optional<Long> length() {
      return fields.stream()
          .filter(f -> f.name.equalsIgnoreCase("Content-Length") && f.value.matches("[0-9]{1,18}"))
          .map(f -> Long.parseLong(f.value))
          .findFirst();
    }
  }

  private static Head head(InputStream in) throws IOException {
    var first = line(in).split(" ", 3);
    if (first.length < 2 || !first[0].startsWith("HTTP/1.") || !first[1].matches("[1-5][0-9]{2}"))
      throw new IOException("the origin speaks no HTTP");
    var fields = new java.util.ArrayList<Field>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1) throw new IOException("the origin speaks no HTTP");
      fields.add(new Field(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return new Head(Integer.parseInt(first[1]), fields);
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int b; (b = in.read()) >= 0; ) {
      if (b == '\n') return text.toString().stripTrailing();
      if (text.length() == LONGEST_LINE) throw new IOException("the origin says too much");
      text.append((char) b);
    }
    throw new EOFException("the origin closed the connection");
  }

  private static void begin(Head head, Response response) {
    response.status(head.status);
    for (var field : head.fields)
      if (!HOP_BY_HOP.contains(field.name.toLowerCase(Locale.ROOT)))
        response.headers().add(field.name, field.value);
  }

  private static void relay(Head head, InputStream in, Response response) throws IOException {
    var out = response.body();
    var body = head.isChunked() ? BodyInput.chunked(in) : in;
    long left = head.isChunked() ? Long.MAX_VALUE : head.length().orElse(Long.MAX_VALUE);
    var buffer = new byte[16 * 1024];
    for (int n; left > 0 && (n = body.read(buffer, 0, (int) Math.min(left, buffer.length))) > 0; ) {
      out.write(buffer, 0, n);
      out.flush();
      left -= n;
    }
  }
}
