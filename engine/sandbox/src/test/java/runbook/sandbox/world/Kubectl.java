package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A small world and a kubectl for it, wherever there is one. */
abstract class Kubectl {
  static final String APP =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: %s }
      spec:
        replicas: 1
        selector: { matchLabels: { app: %s } }
        template:
          metadata: { labels: { app: %s } }
          spec:
            terminationGracePeriodSeconds: 1
            containers:
              - name: main
                image: busybox:1.36
                command: [ sh, -c, "while :; do echo %s; sleep 0.2; done" ]
      """;

  @TempDir static Path folder;
  static Sandbox sandbox;

  record Ended(int code, String output) {}

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "kubectl"))),
        "there is no kubectl");
    Files.writeString(folder.resolve("app.yaml"), APP.formatted("app", "app", "app", "tick"));
    Files.writeString(folder.resolve("world.yaml"), "world: kubectl\nmanifests: [ app.yaml ]\n");
    sandbox = Sandbox.start(WorldReader.read(folder), System.out::println);
  }

  @AfterAll
  static void close() {
    if (sandbox != null) sandbox.close();
  }

  static Ended run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of("kubectl", "--cache-dir=" + folder.resolve("c")));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(sandbox.environment());
    builder.redirectInput(new File("/dev/null"));
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
    return new Ended(process.exitValue(), output);
  }

  static String kubectl(String line) throws IOException, InterruptedException {
    var ended = run(line.split(" "));
    assertThat(ended.code).as("kubectl %s\n%s", line, ended.output).isZero();
    return ended.output;
  }
}
