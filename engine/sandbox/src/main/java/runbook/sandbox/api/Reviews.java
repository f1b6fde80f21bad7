package runbook.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import runbook.sandbox.http.Request;
import runbook.sandbox.http.Response;
import runbook.sandbox.json.Json;
import runbook.sandbox.store.StatusException;

/** Questions that are asked by creating them: may I, what may I, who am I. They are not stored. */
final class Reviews {
  private final Access access;

  Reviews(Access access) {
    this.access = access;
  }

  /** Whether it was asked, and is answered. */
  boolean answers(Target target, Request request, Response response) throws IOException {
    if (!target.resource().kind().endsWith("Review")) return false;
    if (!request.method().equals("POST"))
      throw StatusException.plain(
          405,
          "MethodNotAllowed",
          "the server does not allow this method on the requested resource");
    var review = Answers.object(request);
    review.put("kind", target.resource().kind());
    review.put("apiVersion", target.resource().apiVersion());
    switch (target.resource().kind()) {
      case "SelfSubjectAccessReview", "SubjectAccessReview", "LocalSubjectAccessReview" ->
          access(review);
      case "SelfSubjectRulesReview" -> rules(review);
      case "SelfSubjectReview" -> {
        Json.put(review, "status.userInfo.username", Access.USER);
        Json.put(review, "status.userInfo.groups", java.util.List.of("system:authenticated"));
      }
      default -> {
        return false;
      }
    }
    Answers.send(response, 201, review);
    return true;
  }

  private void access(ObjectNode review) {
    var asked = review.path("spec").path("resourceAttributes");
    var sub = Json.text(asked, "subresource");
    var resource = Json.text(asked, "resource") + (sub.isEmpty() ? "" : "/" + sub);
    boolean allowed =
        asked.isMissingNode()
            || access.may(
                Json.text(asked, "verb"),
                Json.text(asked, "group"),
                resource,
                Optional.of(Json.text(asked, "namespace")).filter(n -> !n.isEmpty()));
    Json.put(review, "status.allowed", allowed);
    if (!allowed) Json.put(review, "status.reason", "a right was taken away in the sandbox");
  }

  /** All rights, as far as rules can say it; what is missing is not among them. */
  private void rules(ObjectNode review) {
    var status = review.putObject("status").put("incomplete", !access.missing().isEmpty());
    var rule = status.putArray("resourceRules").addObject();
    rule.putArray("verbs").add("*");
    rule.putArray("apiGroups").add("*");
    rule.putArray("resources").add("*");
    var other = status.putArray("nonResourceRules").addObject();
    other.putArray("verbs").add("*");
    other.putArray("nonResourceURLs").add("*");
  }
}
