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
    var request = new Request.Builder();
    try {
      request.url(url);
    } catch (IllegalArgumentException e) {
      throw Failure.refused(
          "`" + url + "` cannot be asked: " + e.getMessage() + ".",
          "Write the URL with its scheme, `https://`.");
    }
    headers.forEach((name, value) -> header(request, name, value));
    try {
      boolean empty = method.equals("GET") || method.equals("HEAD");
      request.method(method, empty ? null : RequestBody.create(new byte[0]));
    } catch (IllegalArgumentException e) {
      throw Failure.refused(
          "`" + url + "` cannot be asked with the method `" + method + "`.",
          "Use `GET`, `HEAD` or `POST`.");
    }
    // no limit of 0: that would be none
    var whole = limit.isPositive() ? limit : Duration.ofMillis(1);
    var client =
        http.get()
            .newBuilder()
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(whole)
            .readTimeout(whole)
            .callTimeout(whole)
            .build();
    try (var response = client.newCall(request.build()).execute()) {
      return new Answer(
          response.code(), response.headers().toMultimap(), response.peekBody(BODY).string());
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) throw Failure.stopped("The run was interrupted.");
      throw Failure.unreachable("`" + url + "` does not answer.", e);
    }
  }

  /** OkHttp's own complaint has the value in it, which may be a secret. */
  private static void header(Request.Builder request, String name, String value) {
    try {
      request.header(name, value);
    } catch (IllegalArgumentException e) {
      throw Failure.refused(
          "The header `" + name + "` cannot be sent.",
          "Its name and its value may have printable ASCII characters only.");
    }
  }
}
