package runbook.sandbox.box;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What tests do with boxes: start small containers, and run commands to their end. */
final class Boxes {
  static final Tree ACCOUNTS =
      new Tree(
          List.of(
              new Tree.Text(
                  "/etc/passwd",
                  "root:x:0:0:root:/root:/bin/sh\napp:x:999:999::/home/app:/bin/sh\n",
                  0644),
              new Tree.Text("/etc/group", "root:x:0:\napp:x:999:\n", 0644),
              new Tree.Folder("/home/app", 0755, 999)));

  private Boxes() {}

  record Result(int status, String out, String err) {}

  static ContainerSpec shell(String script, Mount... mounts) {
    return shell(Identity.ROOT, false, script, mounts);
  }

  static ContainerSpec shell(Identity identity, boolean readOnly, String script, Mount... mounts) {
    return new ContainerSpec(
        ACCOUNTS,
        List.of(mounts),
        List.of("sh", "-c", script),
        Map.of("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "GREETING", "a b'c\nd"),
        "/",
        "box",
        identity,
        readOnly);
  }

  /** Starts it, reads all it prints, and removes it. */
  static Result run(Pod pod, ContainerSpec spec) throws Exception {
    try (Container container = pod.start(spec)) {
      var err = later(container.stderr());
      String out = text(container.stdout());
      return new Result(
          container.exit().get(30, TimeUnit.SECONDS), out, err.get(30, TimeUnit.SECONDS));
    }
  }

  static Result exec(Container container, String... command) throws Exception {
    return exec(container, "", command);
  }

  static Result exec(Container container, String input, String[] command) throws Exception {
    Execution execution = container.exec(List.of(command), false);
    var err = later(execution.stderr());
    try (var stdin = execution.stdin()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String out = text(execution.stdout());
    return new Result(
        execution.exit().get(30, TimeUnit.SECONDS), out, err.get(30, TimeUnit.SECONDS));
  }

  static String text(java.io.InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  static CompletableFuture<String> later(java.io.InputStream in) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return text(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }
}
