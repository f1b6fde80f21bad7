package runbook.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real {@code kubectl}, so that a test looks with other eyes than the program's own. */
record Kubectl(String namespace) {
  private static final int LIMIT_SECONDS = 120;

  /** What it says; fails when it fails. */
  String run(String... words) {
    return runWith("", words);
  }

  String runWith(String input, String... words) {
    var command = new ArrayList<>(List.of("kubectl", "-n", namespace));
    command.addAll(List.of(words));
    return Processes.run(command, input, LIMIT_SECONDS);
  }

  /** A shell script in a pod. */
  String sh(String pod, String script) {
    return run("exec", pod, "--", "sh", "-c", script);
  }

  /** Processes of the tests, which have a time limit always. */
  static final class Processes {
    private Processes() {}

    static String run(List<String> command, String input, int seconds) {
      try {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var end =
            process
                .onExit()
                .orTimeout(seconds, TimeUnit.SECONDS)
                .whenComplete((_, late) -> {
                  if (late != null) process.destroyForcibly();
                });
        try (var out = process.getOutputStream()) {
          out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        end.join();
        if (process.exitValue() != 0) throw new IllegalStateException(command + ": " + said);
        return said;
      } catch (IOException e) {
        throw new IllegalStateException(command + ": " + e, e);
      }
    }
  }
}
