package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import runbook.sandbox.box.Container;
import runbook.sandbox.box.Execution;
import runbook.sandbox.json.Json;
import runbook.sandbox.time.Deadline;

/** What is done after a container's start and before its end. */
record Stopping(NodeParts node) {

  /** Runs the hook before its end, asks it to end, and when the grace period is over ends it. */
  void stop(JsonNode spec, Run.Current current, Duration grace) {
    Container box = current.box();
    String given = Json.text(spec, "lifecycle.stopSignal").replaceFirst("^SIG", "");
    String signal = given.isEmpty() ? current.image().stopSignal() : given;
    Deadline deadline = node.clock().deadline(grace);
    Thread.ofVirtual()
        .name("stopping")
        .start(() -> {
          try {
            hook(spec.path("lifecycle").path("preStop"), box, grace);
            box.signal(signal);
            deadline.await();
            box.signal("KILL");
          } catch (InterruptedException | IOException e) {
            // the world is ending, and all its processes with it
          }
        });
  }

  void postStart(JsonNode spec, Container box) {
    JsonNode hook = spec.path("lifecycle").path("postStart");
    if (!hook.isMissingNode()) {
      Thread.ofVirtual()
          .name("after start")
          .start(() -> {
            try {
              hook(hook, box, Duration.ofMinutes(10));
            } catch (InterruptedException | IOException e) {
              // it ended meanwhile
            }
          });
    }
  }

  private void hook(JsonNode hook, Container box, Duration limit)
      throws InterruptedException, IOException {
    if (hook.has("sleep")) {
      node.clock().sleep(Duration.ofSeconds(hook.path("sleep").path("seconds").asLong()));
    }
    List<String> command = Json.items(hook, "exec.command").map(JsonNode::asText).toList();
    if (command.isEmpty() || !box.isAlive()) {
      return;
    }
    Execution execution = box.exec(command, false);
    execution.stdin().close();
    Thread.ofVirtual().start(() -> drop(execution));
    execution.stdout().transferTo(OutputStream.nullOutputStream());
    try {
      execution.exit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      execution.kill();
    }
  }

  private static void drop(Execution execution) {
    try {
      execution.stderr().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // it is gone
    }
  }
}
