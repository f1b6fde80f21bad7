package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import runbook.sandbox.json.Json;

/**
 * An ordinary client of an HTTP API.
 *
 * @param url what each path is put behind
 * @param authorization the header's value, if one is sent
 */
public record Api(String url, Optional<String> authorization) {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final OkHttpClient CLIENT =
      new OkHttpClient.Builder()
          .callTimeout(Duration.ofSeconds(30))
          .retryOnConnectionFailure(false)
          .build();

  public static Api with(String url, String token) {
    return new Api(url, Optional.of("Bearer " + token));
  }

  public Api as(String token) {
    return with(url, token);
  }

  public Api anonymous() {
    return new Api(url, Optional.empty());
  }

  /** An answer; the body is JSON where there is one. */
  public record Answer(Request request, int status, okhttp3.Headers headers, byte[] body) {
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      return Json.parse(body);
    }

    /** Fails unless the answer has that status. */
    public Answer expect(int status) {
      assertThat(status()).as("%s: %s", request, text()).isEqualTo(status);
      return this;
    }
  }

  /**
   * @param headers names and values by turns
   */
  public Answer send(String method, String path, String body, String... headers)
      throws IOException {
    var request = new Request.Builder().url(url + path);
    boolean needsBody = method.equals("POST") || method.equals("PUT");
    request.method(
        method,
        needsBody || !body.isEmpty()
            ? RequestBody.create(body.getBytes(StandardCharsets.UTF_8), JSON)
            : null);
    authorization.ifPresent(a -> request.header("Authorization", a));
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    try (var response = CLIENT.newCall(request.build()).execute()) {
      return new Answer(
          response.request(), response.code(), response.headers(), response.body().bytes());
    }
  }

  public Answer get(String path, String... headers) throws IOException {
    return send("GET", path, "", headers);
  }

  public Answer post(String path, String body) throws IOException {
    return send("POST", path, body);
  }

  public Answer put(String path, String body) throws IOException {
    return send("PUT", path, body);
  }

  public Answer delete(String path) throws IOException {
    return send("DELETE", path, "");
  }
}
