package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import runbook.sandbox.box.Container;
import runbook.sandbox.box.Execution;
import runbook.sandbox.box.Link;
import runbook.sandbox.json.Json;

/** One kind of question to a container: is it up, alive, ready? */
record Probe(Kind kind, JsonNode spec, JsonNode container) {

  enum Kind {
    STARTUP("startupProbe", "Startup"),
    LIVENESS("livenessProbe", "Liveness"),
    READINESS("readinessProbe", "Readiness");

    final String field;
    final String word;

    Kind(String field, String word) {
      this.field = field;
      this.word = word;
    }
  }

  /** An answer; {@code words} say what was wrong. */
  record Answer(boolean good, String words) {
    static final Answer GOOD = new Answer(true, "");
  }

  static Optional<Probe> of(Kind kind, JsonNode container) {
    return Json.at(container, kind.field).map(spec -> new Probe(kind, spec, container));
  }

  Duration delay() {
    return Duration.ofSeconds(spec.path("initialDelaySeconds").asLong(0));
  }

  Duration period() {
    return Duration.ofSeconds(Math.max(1, spec.path("periodSeconds").asLong(10)));
  }

  private Duration timeout() {
    return Duration.ofSeconds(Math.max(1, spec.path("timeoutSeconds").asLong(1)));
  }

  int failures() {
    return spec.path("failureThreshold").asInt(3);
  }

  int successes() {
    return spec.path("successThreshold").asInt(1);
  }

  /** Asks once. */
  Answer ask(Container box) throws InterruptedException {
    try {
      if (spec.has("exec")) {
        return run(box);
      }
      if (spec.has("httpGet")) {
        return get(box, spec.get("httpGet"));
      }
      String where = spec.has("grpc") ? "grpc" : "tcpSocket";
      return connect(box, port(spec.path(where).path("port")));
    } catch (IOException e) {
      return new Answer(false, String.valueOf(e.getMessage()));
    }
  }

  private Answer run(Container box) throws IOException, InterruptedException {
    List<String> command = Json.items(spec, "exec.command").map(JsonNode::asText).toList();
    Execution execution = box.exec(command, false);
    execution.stdin().close();
    var output = new StringBuffer();
    Thread out = Thread.ofVirtual().start(() -> collect(execution.stdout(), output));
    Thread err = Thread.ofVirtual().start(() -> collect(execution.stderr(), output));
    try {
      int status = execution.exit().get(timeout().toMillis(), TimeUnit.MILLISECONDS);
      out.join(Duration.ofSeconds(1));
      err.join(Duration.ofSeconds(1));
      return status == 0 ? Answer.GOOD : new Answer(false, output.toString());
    } catch (TimeoutException e) {
      execution.kill();
      return new Answer(
          false,
          "command timed out: %s timed out after %ds"
              .formatted(command.stream().collect(Collectors.joining(" ")), timeout().toSeconds()));
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
  }

  private static void collect(InputStream in, StringBuffer output) {
    try (in) {
      output.append(new String(in.readNBytes(10 * 1024), StandardCharsets.UTF_8));
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the command is gone
    }
  }

  private Answer connect(Container box, int port) {
    String address = box.pod().address();
    try {
      box.pod().world().connect(address, port, timeout()).close();
      return Answer.GOOD;
    } catch (IOException e) {
      return new Answer(false, dial(address, port, e));
    }
  }

  private static String dial(String address, int port, IOException e) {
    String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return words.contains("timed out")
        ? "dial tcp %s:%d: i/o timeout".formatted(address, port)
        : "dial tcp %s:%d: connect: %s".formatted(address, port, words);
  }

  /** HTTPS is asked for a connection only: no certificate is looked at anyway. */
  private Answer get(Container box, JsonNode get) {
    int port = port(get.path("port"));
    String scheme = Json.text(get, "scheme").equals("HTTPS") ? "https" : "http";
    if (scheme.equals("https")) {
      return connect(box, port);
    }
    String path = Json.text(get, "path").isEmpty() ? "/" : Json.text(get, "path");
    String host = Json.text(get, "host").isEmpty() ? box.pod().address() : Json.text(get, "host");
    String url =
        "%s://%s:%d%s%s".formatted(scheme, host, port, path.startsWith("/") ? "" : "/", path);
    String headers =
        Json.items(get, "httpHeaders")
            .map(h -> Json.text(h, "name") + ": " + Json.text(h, "value") + "\r\n")
            .collect(Collectors.joining());
    if (!headers.toLowerCase(Locale.ROOT).startsWith("host:")
        && !headers.toLowerCase(Locale.ROOT).contains("\nhost:")) {
      headers = "Host: %s:%d\r\n".formatted(host, port) + headers;
    }
    String request =
        "GET %s HTTP/1.1\r\n%sUser-Agent: kube-probe/1.35\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            .formatted(path.startsWith("/") ? path : "/" + path, headers);
    try (Link link = box.pod().world().connect(host, port, timeout())) {
      return answer(link, request, url);
    } catch (IOException e) {
      return new Answer(false, "Get \"%s\": %s".formatted(url, dial(host, port, e)));
    }
  }

  private Answer answer(Link link, String request, String url) throws IOException {
    Thread watchdog =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(timeout());
                link.close();
              } catch (InterruptedException | IOException e) {
                // it answered
              }
            });
    try {
      link.output().write(request.getBytes(StandardCharsets.UTF_8));
      String line = new String(link.input().readNBytes(12), StandardCharsets.UTF_8);
      if (!line.matches("HTTP/1\\.[01] \\d{3}")) {
        return new Answer(false, "Get \"%s\": EOF".formatted(url));
      }
      int status = Integer.parseInt(line.substring(9));
      return status >= 200 && status < 400
          ? Answer.GOOD
          : new Answer(false, "HTTP probe failed with statuscode: " + status);
    } catch (IOException e) {
      return new Answer(
          false,
          "Get \"%s\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
              .formatted(url));
    } finally {
      watchdog.interrupt();
    }
  }

  private int port(JsonNode port) {
    if (port.isNumber() || port.asText().matches("\\d+")) {
      return port.asInt();
    }
    return Json.items(container, "ports")
        .filter(p -> Json.text(p, "name").equals(port.asText()))
        .map(p -> p.path("containerPort").asInt())
        .findFirst()
        .orElse(0);
  }
}
