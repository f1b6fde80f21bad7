package runbook.sandbox.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a client asks for.
 *
 * @param target path and query as they came
 * @param segments of the path, decoded, without the empty ones
 * @param query each name with its values, in their order
 * @param body ends where the body ends; empty when there is none
 */
public record Request(
    String method,
    String target,
    List<String> segments,
    Map<String, List<String>> query,
    Headers headers,
    InputStream body) {

  /**
   * @throws BadRequest when the target is none
   */
  static Request of(String method, String target, Headers headers, InputStream body)
      throws BadRequest {
    var path = target;
    if (target.startsWith("http://") || target.startsWith("https://")) {
      try {
        var uri = URI.create(target);
        path =
            uri.getRawPath() + Optional.ofNullable(uri.getRawQuery()).map(q -> "?" + q).orElse("");
      } catch (IllegalArgumentException e) {
        throw new BadRequest(400, "The target is no address.");
      }
    }
    if (!path.startsWith("/")) throw new BadRequest(400, "The target is no path.");
    int question = path.indexOf('?');
    var query = new LinkedHashMap<String, List<String>>();
    if (question >= 0) {
      for (var pair : path.substring(question + 1).split("&")) {
        if (pair.isEmpty()) continue;
        int equals = pair.indexOf('=');
        var name = decoded((equals < 0 ? pair : pair.substring(0, equals)).replace('+', ' '));
        var value = equals < 0 ? "" : decoded(pair.substring(equals + 1).replace('+', ' '));
        query.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
      }
      path = path.substring(0, question);
    }
    var segments = new ArrayList<String>();
    for (var s : path.split("/")) if (!s.isEmpty()) segments.add(decoded(s));
    return new Request(method, target, List.copyOf(segments), query, headers, body);
  }

  private static String decoded(String text) throws BadRequest {
    try {
      // a plus in a path is a plus
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequest(400, "The target is not encoded as it has to be.");
    }
  }

  /** The path, decoded: {@code /api/v1/pods}. */
  public String path() {
    return "/" + String.join("/", segments);
  }

  /** The first value of a parameter. */
  public Optional<String> parameter(String name) {
    return parameters(name).findFirst();
  }

  public Stream<String> parameters(String name) {
    return query.getOrDefault(name, List.of()).stream();
  }

  /** Whether a parameter says yes. */
  public boolean flag(String name) {
    return parameter(name)
        .filter(v -> v.isEmpty() || v.equals("1") || v.equalsIgnoreCase("true"))
        .isPresent();
  }

  /** Whether it asks for a WebSocket. */
  public boolean isWebSocket() {
    return headers.has("Connection", "upgrade") && headers.has("Upgrade", "websocket");
  }

  /**
   * The whole body.
   *
   * @throws BadRequest when it is larger than that
   */
  public byte[] bytes(int most) throws IOException, BadRequest {
    var bytes = body.readNBytes(most + 1);
    if (bytes.length > most) throw new BadRequest(413, "The body is too large.");
    return bytes;
  }
}
