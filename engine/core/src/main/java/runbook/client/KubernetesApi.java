package runbook.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import runbook.world.Cluster.Target;
import runbook.world.Failure;

/**
 * Requests to the API server. fabric8's typed calls repeat what may already have been carried out
 * (DOMAIN B1), so requests are sent here.
 */
final class KubernetesApi {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final KubernetesConnection connection;
  private final Retry retry;

  KubernetesApi(KubernetesConnection connection, Retry retry) {
    this.connection = connection;
    this.retry = retry;
  }

  KubernetesConnection connection() {
    return connection;
  }

  URI uri(String path) {
    var base = connection.server();
    return URI.create((base.endsWith("/") ? base : base + "/") + path);
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static String pod(Target target) {
    return "api/v1/namespaces/" + encode(target.namespace()) + "/pods/" + encode(target.pod());
  }

  /** The object, or nothing if there is none. */
  Optional<JsonNode> get(String path) {
    return send("GET", path, "", "", true, (_, _) -> Optional.empty());
  }

  /** What is in the list; nothing when the server does not know its kind. */
  List<JsonNode> items(String path) {
    var found = new ArrayList<JsonNode>();
    get(path).ifPresent(list -> list.path("items").forEach(found::add));
    return found;
  }

  /** Says in its own words what a status of 400 to 499 means for a call, if it knows. */
  interface Refusal {
    Optional<Failure> explain(int code, JsonNode status);
  }

  /**
   * A change; {@code harmless}: carrying it out twice does no harm. Nothing if there is no such
   * object.
   */
  Optional<JsonNode> change(
      String method, String path, String type, Object body, boolean harmless, Refusal refusal) {
    try {
      return send(method, path, type, JSON.writeValueAsString(body), harmless, refusal);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Optional<JsonNode> send(
      String method, String path, String type, String body, boolean harmless, Refusal refusal) {
    return retry.send(harmless, () -> once(method, path, type, body, refusal));
  }

  private Optional<JsonNode> once(
      String method, String path, String type, String body, Refusal refusal) {
    var call = KubernetesCall.of(method, path);
    var request =
        connection
            .http()
            .newHttpRequestBuilder()
            .uri(uri(path))
            .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    var ready = method.equals("GET") ? request.build() : request.method(method, type, body).build();
    var response = exchange(ready, call);
    int code = response.code();
    if (code == 404) return Optional.empty();
    if (code >= 400) {
      var explained =
          code < 500 ? refusal.explain(code, status(response.body())) : Optional.<Failure>empty();
      if (explained.isPresent()) throw explained.get();
      throw refused(code, response.body(), response.header("Retry-After"), call);
    }
    try {
      return Optional.of(JSON.readTree(response.body()));
    } catch (JsonProcessingException e) {
      throw Failure.failed("Kubernetes gave an answer to " + call + " that is not JSON.");
    }
  }

  private HttpResponse<String> exchange(HttpRequest request, KubernetesCall call) {
    var answer = connection.http().sendAsync(request, String.class);
    try {
      return answer.get(LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new Retry.Passing(
          unreachable(call.toString(), e.getCause()), Optional.empty(), neverSent(e.getCause()));
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new Retry.Passing(unreachable(call.toString(), e), Optional.empty(), false);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw Failure.stopped("The run was interrupted.");
    }
  }

  /** No connection, no request. */
  static boolean neverSent(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof UnknownHostException) return true;
    }
    return false;
  }

  /** What an exception says, or what it is if it says nothing. */
  static String words(Throwable e) {
    var message = e.getMessage() == null ? "" : e.getMessage().strip();
    return message.isEmpty() ? e.getClass().getSimpleName() : message.replaceAll("\\.$", "");
  }

  Failure unreachable(String call, Throwable cause) {
    return Failure.unreachable(
            "Kubernetes at " + connection.server() + " did not answer " + call + ".", cause)
        .withRemedy(
            "Look whether the API server is up and reachable from here: `kubectl get --raw /readyz`.");
  }

  /** What the API server answered, as an exception to throw. */
  static RuntimeException refused(int code, String body, String retryAfter, KubernetesCall call) {
    var said = message(body);
    var failure =
        switch (code) {
          case 401 ->
              Failure.refused(
                  "Kubernetes does not know who asks for " + call + ".",
                  "Look at the user in the kubeconfig: `kubectl auth whoami`.");
          case 403 ->
              Failure.refused(
                  "Kubernetes does not allow " + call + ".",
                  "Ask for the right "
                      + call.right()
                      + "; `kubectl auth can-i --list` shows those you have.");
          case 409 ->
              Failure.refused(
                  "Kubernetes refused " + call + ", since the object is in conflict with it.",
                  "Look at the object, and try again.");
          case 429 ->
              Failure.unreachable(
                  "Kubernetes has too much to do for " + call + " (status 429).", null);
          default -> {
            if (code < 500)
              yield Failure.failed("Kubernetes refused " + call + " (status " + code + ").");
            yield Failure.unreachable(
                "Kubernetes is out of order: it answered " + call + " with status " + code + ".",
                null);
          }
        };
    var detailed = said.isEmpty() ? failure : failure.withDetail(said);
    if (code != 429 && code < 500) return detailed;
    return new Retry.Passing(detailed, Retry.after(retryAfter), code == 429);
  }

  /** The Status object in a body; a missing node if it holds none. */
  static JsonNode status(String body) {
    try {
      var status = JSON.readTree(body == null ? "" : body);
      return status.path("kind").asText().equals("Status") ? status : MissingNode.getInstance();
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** Whether it is the API server's own answer, and not that of something on the way to it. */
  static boolean isStatus(String body) {
    return !status(body).isMissingNode();
  }

  /** The message of a Status object, or else the body's beginning. */
  static String message(String body) {
    var message = status(body).path("message").asText("");
    if (!message.isEmpty()) return message;
    var words = body == null ? "" : body.strip();
    return words.substring(0, Math.min(words.length(), 1000));
  }
}
