package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import runbook.sandbox.image.Image;
import runbook.sandbox.image.ImageException;
import runbook.sandbox.json.Json;

/** Gets the images of containers, or says as a kubelet does that it could not. */
record Pulling(NodeParts node) {
  private static final Duration INVALID_RETRY = Duration.ofSeconds(5);

  private void event(JsonNode pod, Run run, String type, String reason, String message) {
    node.events().record(pod, type, reason, message, run.field());
  }

  /** The image; or nothing, when it cannot be had now. */
  Optional<Image> pull(JsonNode pod, Run run) throws IOException {
    String name = Json.text(run.spec, "image");
    boolean always = Json.text(run.spec, "imagePullPolicy").equals("Always");
    Instant begun = node.clock().instant();
    try {
      Image image = node.images().find(name);
      if (node.hasPulled(name) && !always) {
        event(
            pod,
            run,
            "Normal",
            "Pulled",
            "Container image \"%s\" already present on machine and can be accessed by the pod"
                .formatted(name));
      } else {
        long took = Duration.between(begun, node.clock().instant()).toMillis();
        event(pod, run, "Normal", "Pulling", "Pulling image \"%s\"".formatted(name));
        event(
            pod,
            run,
            "Normal",
            "Pulled",
            "Successfully pulled image \"%s\" in %dms (%dms including waiting). Image size: 0 bytes."
                .formatted(name, took, took));
      }
      run.pulled = true;
      return Optional.of(image);
    } catch (ImageException e) {
      notPulled(pod, run, name, e.getMessage());
      return Optional.empty();
    }
  }

  private void notPulled(JsonNode pod, Run run, String name, String words) {
    String reason = "rpc error: code = NotFound desc = " + words;
    if (words.startsWith("couldn't parse")) {
      run.waitFor(
          "InvalidImageName",
          "Failed to apply default image tag \"%s\": %s".formatted(name, words));
      event(pod, run, "Warning", "InspectFailed", run.waiting.message());
      event(pod, run, "Warning", "Failed", "Error: InvalidImageName");
      run.notBefore = Optional.of(node.clock().deadline(INVALID_RETRY));
      return;
    }
    event(pod, run, "Normal", "Pulling", "Pulling image \"%s\"".formatted(name));
    event(pod, run, "Warning", "Failed", "Failed to pull image \"%s\": %s".formatted(name, reason));
    event(pod, run, "Warning", "Failed", "Error: ErrImagePull");
    event(pod, run, "Normal", "BackOff", "Back-off pulling image \"%s\"".formatted(name));
    event(pod, run, "Warning", "Failed", "Error: ImagePullBackOff");
    // a kubelet says first ErrImagePull, and soon after that it backs off
    boolean first =
        !run.waiting.reason().endsWith("ImagePull") && !run.waiting.reason().endsWith("BackOff");
    run.waitFor(
        first ? "ErrImagePull" : "ImagePullBackOff",
        first ? reason : "Back-off pulling image \"%s\": ErrImagePull: %s".formatted(name, reason));
    if (first) {
      run.notBefore = Optional.of(node.clock().deadline(Duration.ofSeconds(1)));
    } else {
      run.pullBackOff(node.clock());
    }
  }
}
