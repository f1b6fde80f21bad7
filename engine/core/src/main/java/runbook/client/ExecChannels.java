package runbook.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import runbook.client.ExecChannels.Event;
import runbook.world.Cluster.Ended;
import runbook.world.Failure;

/**
 * What comes over an exec's WebSocket, as events for the caller. The first byte of a message is its
 * channel: 1 output, 2 error output, 3 the status.
 */
record ExecChannels(Handoff<Event> events) implements WebSocket.Listener {
  /** What the runtime and the kubelet say of a command that never began. */
  private static final List<String> NEVER_BEGAN =
      List.of(
          "executable file not found",
          "OCI runtime exec failed",
          "failed to start exec",
          "unable to upgrade connection",
          "error dialing backend: dial tcp");

  sealed interface Event {
    record Output(ByteBuffer bytes) implements Event {}

    record ErrorOutput(ByteBuffer bytes) implements Event {}

    record End(Ended ended) implements Event {}

    /** It certainly did not begin. */
    record Refused(Failure failure) implements Event {}
  }

  /**
   * Waits here until the caller takes the piece, before the next message is asked for: this keeps a
   * fast command from filling our memory.
   */
  @Override
  public void onMessage(WebSocket socket, ByteBuffer message) {
    if (message.hasRemaining()) {
      switch (message.get()) {
        case 1 -> events.put(new Event.Output(message));
        case 2 -> events.put(new Event.ErrorOutput(message));
        case 3 -> events.put(status(StandardCharsets.UTF_8.decode(message).toString()));
        default -> {}
      }
    }
    socket.request();
  }

  /** The status that ends a command (DOMAIN A5): without one, nobody knows how it ended. */
  static Event status(String json) {
    JsonNode status;
    try {
      status = KubernetesApi.JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return unknown("The status of the command cannot be read: " + json);
    }
    if (status.path("status").asText().equals("Success")) return new Event.End(new Ended.Exited(0));
    for (var cause : status.at("/details/causes")) {
      var code = cause.path("message").asText();
      if (cause.path("reason").asText().equals("ExitCode") && code.matches("\\d{1,9}"))
        return new Event.End(new Ended.Exited(Integer.parseInt(code)));
    }
    var words = status.path("message").asText();
    if (NEVER_BEGAN.stream().noneMatch(words::contains))
      return unknown(
          "The command ended without an exit code: " + (words.isEmpty() ? json : words) + ".");
    return new Event.Refused(
        Failure.failed("The command could not be started in the container.").withDetail(words));
  }

  private static Event unknown(String why) {
    return new Event.End(new Ended.Unknown(why));
  }

  @Override
  public void onMessage(WebSocket socket, String text) {
    socket.request();
  }

  @Override
  public void onClose(WebSocket socket, int code, String reason) {
    var words = reason == null || reason.isEmpty() ? "" : ", " + reason;
    events.put(unknown("The connection was closed without a status (" + code + words + ")."));
    socket.sendClose(1000, "");
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    events.put(unknown("The connection broke: " + KubernetesApi.words(error) + "."));
  }
}
