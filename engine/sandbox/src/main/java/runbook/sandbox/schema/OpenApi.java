package runbook.sandbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import runbook.sandbox.json.Json;

/** The OpenAPI documents of the served groups, as a real API server publishes them. */
public final class OpenApi {
  private static final Map<String, JsonNode> READ = new ConcurrentHashMap<>();

  private OpenApi() {}

  /** {@code api/v1}, {@code apis/apps/v1}. */
  public static String path(String groupVersion) {
    return groupVersion.contains("/") ? "apis/" + groupVersion : "api/" + groupVersion;
  }

  /**
   * A document as it is published.
   *
   * @param path {@code apis/apps/v1}
   */
  public static Optional<byte[]> document(String path) {
    var name = "openapi/" + path.replace('/', '_') + ".json.gz";
    try (var in = OpenApi.class.getResourceAsStream(name)) {
      if (in == null) return Optional.empty();
      return Optional.of(new GZIPInputStream(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schemas of a group version by their names; read when they are first asked for. */
  static JsonNode schemas(String groupVersion) {
    return READ.computeIfAbsent(
        groupVersion,
        v ->
            document(path(v))
                .map(d -> Json.parse(d).at("/components/schemas"))
                .orElseGet(Json::object));
  }
}
