package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import runbook.sandbox.json.Json;

/**
 * An ordinary client of an HTTP API.
 *
 * @param url what each path is put behind
 * @param authorization the header's value, if one is sent
 */
public record Api(String url, Optional<String> authorization) {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
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
  public record Answer(HttpResponse<byte[]> response) {
    public int status() {
      return response.statusCode();
    }

    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    public String text() {
      return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      return Json.parse(response.body());
    }

    /** Fails unless the answer has that status. */
    public Answer expect(int status) {
      assertThat(status()).as("%s: %s", response.request(), text()).isEqualTo(status);
      return this;
    }
  }

  /**
   * @param headers names and values by turns
   */
  public Answer send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    authorization.ifPresent(a -> request.header("Authorization", a));
    if (!body.isEmpty()) request.header("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    return new Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
  }

  public Answer get(String path, String... headers) throws IOException, InterruptedException {
    return send("GET", path, "", headers);
  }

  public Answer post(String path, String body) throws IOException, InterruptedException {
    return send("POST", path, body);
  }

  public Answer put(String path, String body) throws IOException, InterruptedException {
    return send("PUT", path, body);
  }

  public Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, "");
  }
}
