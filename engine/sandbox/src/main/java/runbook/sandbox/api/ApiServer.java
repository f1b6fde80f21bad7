package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import runbook.sandbox.http.Handler;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** The API server of one cluster. */
public final class ApiServer implements AutoCloseable {
  private final Certificate certificate = Certificate.create();
  private final String token;
  private final Access access = new Access();
  private final Discovery discovery = new Discovery();
  private final Reads reads;
  private final Writes writes;
  private final Subresources subresources;
  private final Reviews reviews = new Reviews(access);
  private final HttpServer server;

  private ApiServer(Store store, Kubelet kubelet, String token, UnaryOperator<Handler> around)
      throws IOException {
    this.token = token;
    this.reads = new Reads(store);
    this.writes = new Writes(store);
    this.subresources = new Subresources(store, kubelet, writes);
    this.server = HttpServer.start(Optional.of(certificate.context()), around.apply(this::handle));
  }

  /**
   * @param token what clients have to show
   * @param around what stands between the clients and the server: faults
   */
  public static ApiServer start(
      Store store, Kubelet kubelet, String token, UnaryOperator<Handler> around)
      throws IOException {
    return new ApiServer(store, kubelet, token, around);
  }

  /** {@code https://127.0.0.1:port}. */
  public String url() {
    return server.url();
  }

  /** For tests that take rights away. */
  public Access access() {
    return access;
  }

  /** To stop it and let it come back. */
  public HttpServer server() {
    return server;
  }

  /** A kubeconfig for this server, as a file's text. */
  public String kubeconfig(String namespace) {
    return Kubeconfig.text(url(), certificate.pem(), token, namespace);
  }

  /** The certificate that clients have to trust, as PEM. */
  public String authority() {
    return certificate.pem();
  }

  /**
   * Creates an object as a client does, with defaults and checks.
   *
   * @param namespace where it names none
   * @param manager who does it, as fields name their owners
   * @throws StatusException when it is refused
   */
  public ObjectNode create(ObjectNode object, String namespace, String manager) {
    var version = Json.text(object, "apiVersion");
    var kind = Json.text(object, "kind");
    var resource =
        Resources.ofKind(version, kind)
            .orElseThrow(() ->
                StatusException.badRequest(
                    "no matches for kind \"" + kind + "\" in version \"" + version + "\""));
    var own = Json.text(object, "metadata.namespace");
    var space =
        resource.namespaced()
            ? Optional.of(own.isEmpty() ? namespace : own)
            : Optional.<String>empty();
    var target = new Target(resource, space, Optional.empty(), Optional.empty());
    return writes.create(target, object, manager, false);
  }

  private void handle(Request request, Response response) throws IOException {
    try {
      if (!isKnown(request)) throw StatusException.plain(401, "Unauthorized", "Unauthorized");
      route(request, response);
    } catch (StatusException e) {
      if (response.isBegun()) throw new IOException(e);
      Answers.refuse(response, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (response.isBegun()) throw e;
      // a defect of ours, which a test has to see
      e.printStackTrace();
      Answers.refuse(
          response, StatusException.plain(500, "InternalError", "Internal error occurred: " + e));
    }
  }

  private boolean isKnown(Request request) {
    return request.headers().first("Authorization").filter(("Bearer " + token)::equals).isPresent()
        // a WebSocket may show it so
        || request
            .headers()
            .list("Sec-WebSocket-Protocol")
            .anyMatch(p -> p.startsWith("base64url.bearer.authorization.k8s.io."));
  }

  private void route(Request request, Response response) throws IOException, InterruptedException {
    var path = request.segments();
    var first = path.isEmpty() ? "" : path.getFirst();
    switch (first) {
      case "healthz", "readyz", "livez" -> {
        response.send(200, "text/plain; charset=utf-8", "ok");
        return;
      }
      default -> {}
    }
    if (discovery.answers(request, response)) return;
    var target =
        Target.of(path)
            .orElseThrow(() ->
                StatusException.plain(
                    404, "NotFound", "the server could not find the requested resource"));
    if (reviews.answers(target, request, response)) return;
    access.require(verb(request, target), target);
    if (target.subresource().isPresent()) subresources.answer(target, request, response);
    else
      switch (request.method()) {
        case "GET", "HEAD" -> reads.answer(target, request, response);
        case "POST", "PUT", "PATCH", "DELETE" -> writes.answer(target, request, response);
        default ->
            throw StatusException.plain(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource");
      }
  }

  /** As rights name what is asked for. */
  private static String verb(Request request, Target target) {
    boolean one = target.name().isPresent();
    return switch (request.method()) {
      case "GET", "HEAD" -> {
        // over a WebSocket it begins with GET, and means the same as POST
        if (target.subresource().filter(s -> s.matches("exec|attach|portforward")).isPresent())
          yield request.isWebSocket() ? "create" : "get";
        if (request.flag("watch")) yield "watch";
        yield one ? "get" : "list";
      }
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> one ? "delete" : "deletecollection";
      default -> request.method().toLowerCase(java.util.Locale.ROOT);
    };
  }

  @Override
  public void close() {
    server.close();
  }

  /** The version that it says it is. */
  static ObjectNode version() {
    return Json.object()
        .put("major", "1")
        .put("minor", "35")
        .put("gitVersion", "v1.35.4")
        .put("gitCommit", "sandbox")
        .put("gitTreeState", "clean")
        .put("buildDate", "2026-01-01T00:00:00Z")
        .put("goVersion", "none")
        .put("compiler", "javac")
        .put("platform", "linux/amd64");
  }
}
