package runbook.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import runbook.world.Failure;

/**
 * Requests to the API server. fabric8 brings kubeconfig, credentials, TLS and connections; its
 * typed calls repeat what may already have been carried out (DOMAIN B1), so requests are sent here.
 */
final class KubernetesApi {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Supplier<KubernetesClient> client;
  private final Retry retry;

  KubernetesApi(Supplier<KubernetesClient> client, Retry retry) {
    this.client = client;
    this.retry = retry;
  }

  KubernetesClient client() {
    return client.get();
  }

  URI uri(String path) {
    var base = client.get().getMasterUrl().toString();
    return URI.create((base.endsWith("/") ? base : base + "/") + path);
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The object, or nothing if there is none. */
  Optional<JsonNode> get(String path) {
    var found = send("GET", path, "", "", true);
    return found instanceof MissingNode ? Optional.empty() : Optional.of(found);
  }

  /**
   * A change; {@code harmless}: carrying it out twice does no harm. Nothing if there is no such
   * object.
   */
  Optional<JsonNode> change(
      String method, String path, String type, Object body, boolean harmless) {
    try {
      var found = send(method, path, type, JSON.writeValueAsString(body), harmless);
      return found instanceof MissingNode ? Optional.empty() : Optional.of(found);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private JsonNode send(String method, String path, String type, String body, boolean harmless) {
    return retry.send(harmless, () -> once(method, path, type, body));
  }

  private JsonNode once(String method, String path, String type, String body) {
    var call = method + " " + path.replaceAll("\\?.*", "");
    var request =
        client
            .get()
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(uri(path))
            .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    var ready = method.equals("GET") ? request.build() : request.method(method, type, body).build();
    var response = exchange(ready, call);
    if (response.code() == 404) return MissingNode.getInstance();
    if (response.code() >= 400)
      throw refused(response.code(), response.body(), response.header("Retry-After"), call);
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw Failure.failed("Kubernetes gave an answer to `" + call + "` that is not JSON.");
    }
  }

  private HttpResponse<String> exchange(HttpRequest request, String call) {
    try {
      return client
          .get()
          .getHttpClient()
          .sendAsync(request, String.class)
          .get(LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new Retry.Passing(
          unreachable(call, e.getCause()), Optional.empty(), neverSent(e.getCause()));
    } catch (TimeoutException e) {
      throw new Retry.Passing(unreachable(call, e), Optional.empty(), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted.");
    }
  }

  /** No connection, no request. */
  static boolean neverSent(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.net.ConnectException
          || cause instanceof java.net.UnknownHostException) return true;
    }
    return false;
  }

  Failure unreachable(String call, Throwable cause) {
    return Failure.unreachable(
            "Kubernetes at " + client.get().getMasterUrl() + " did not answer `" + call + "`.",
            cause)
        .withRemedy(
            "Look whether the API server is up and reachable from here: `kubectl get --raw /readyz`.");
  }

  /** What the API server answered, as an exception to throw. */
  static RuntimeException refused(int code, String body, String retryAfter, String call) {
    var said = message(body);
    var failure =
        switch (code) {
          case 401 ->
              Failure.refused(
                  "Kubernetes does not know who asks `" + call + "`.",
                  "Look at the user in the kubeconfig: `kubectl auth whoami`.");
          case 403 ->
              Failure.refused(
                  "Kubernetes does not allow `" + call + "`.",
                  "Ask for that right; `kubectl auth can-i --list` shows those you have.");
          case 409 ->
              Failure.refused(
                  "Kubernetes refused `"
                      + call
                      + "`, since the object has changed or is in conflict.",
                  "Look at the object, and try again.");
          default -> Failure.failed("Kubernetes refused `" + call + "` (status " + code + ").");
        };
    var detailed = said.isEmpty() ? failure : failure.withDetail(said);
    if (code == 429) return new Retry.Passing(detailed, Retry.after(retryAfter), true);
    if (code < 500) return detailed;
    return new Retry.Passing(
        Failure.unreachable(
                "Kubernetes is out of order: it answered `" + call + "` with status " + code + ".",
                null)
            .withDetail(said),
        Retry.after(retryAfter),
        false);
  }

  /** The message of a Status object. */
  static String message(String body) {
    try {
      var status = JSON.readTree(body == null ? "" : body);
      var message = status.path("message").asText("");
      return message.isEmpty() ? (body == null ? "" : body.strip()) : message;
    } catch (JsonProcessingException e) {
      return body.strip();
    }
  }
}
