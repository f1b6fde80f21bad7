package runbook.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import runbook.world.Failure;
import runbook.world.Web;

/** Web sites over OkHttp; redirects are answers. */
final class WebClient implements Web {
  private static final int BODY = 64 * 1024;

  private final Supplier<OkHttpClient> http;

  WebClient(Supplier<OkHttpClient> http) {
    this.http = http;
  }

  @Override
  public Answer request(String method, String url, Map<String, String> headers, Duration limit) {
    Request.Builder request;
    try {
      request = new Request.Builder().url(url);
      headers.forEach(request::header);
      boolean empty = method.equals("GET") || method.equals("HEAD");
      request.method(method, empty ? null : RequestBody.create(new byte[0]));
    } catch (IllegalArgumentException e) {
      throw Failure.refused(
          "`" + url + "` cannot be asked: " + e.getMessage() + ".",
          "Write the URL with its scheme, `https://`.");
    }
    var client =
        http.get()
            .newBuilder()
            .followRedirects(false)
            .followSslRedirects(false)
            .callTimeout(limit)
            .build();
    try (var response = client.newCall(request.build()).execute()) {
      return new Answer(
          response.code(), response.headers().toMultimap(), response.peekBody(BODY).string());
    } catch (IOException e) {
      throw Failure.unreachable("`" + url + "` does not answer.", e);
    }
  }
}
