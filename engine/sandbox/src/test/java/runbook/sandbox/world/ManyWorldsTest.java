package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worlds beside each other, and worlds that end before their time. */
@Timeout(240)
final class ManyWorldsTest {
  @TempDir Path folder;

  /** A program with a volume, that says who it is. */
  private Path world(String name) throws IOException {
    var at = Files.createDirectory(folder.resolve(name));
    Files.writeString(
        at.resolve("things.yaml"),
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: things }
        spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: who }
        spec:
          selector: { matchLabels: { app: who } }
          template:
            metadata: { labels: { app: who } }
            spec:
              containers:
                - name: who
                  image: busybox
                  command: [sh, -c, "echo %s | tee /things/me; exec sleep 600"]
                  volumeMounts: [{ name: things, mountPath: /things }]
              volumes: [{ name: things, persistentVolumeClaim: { claimName: things } }]
        """
            .formatted(name));
    return Files.writeString(
        at.resolve("world.yaml"), "world: " + name + "\nmanifests: [things.yaml]\n");
  }

  @Test
  void tenStandSideBySide() throws Exception {
    try (var threads = Executors.newFixedThreadPool(10)) {
      var said =
          threads.invokeAll(
              IntStream.range(0, 10)
                  .<Callable<String>>mapToObj(i -> () -> whoIsIn(world("world-" + i)))
                  .toList());
      for (int i = 0; i < 10; i++) assertThat(said.get(i).get()).isEqualTo("world-" + i);
    }
  }

  private static String whoIsIn(Path world) throws Exception {
    try (var sandbox = Sandbox.start(WorldReader.read(world), _ -> {})) {
      var kubeconfig = Files.readString(Path.of(sandbox.environment().get("KUBECONFIG")));
      try (var client =
          new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build()) {
        var pods = client.pods().inNamespace("default").list().getItems();
        assertThat(pods).hasSize(1);
        var name = pods.getFirst().getMetadata().getName();
        return client.pods().inNamespace("default").withName(name).getLog().strip();
      }
    }
  }

  @Test
  void oneThatIsKilledWhileItClonesLeavesNothingAtTheNextStart() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            SandboxProgram.class.getName(),
            world("killed").toString());
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var place = process.inputReader().readLine();
    assertThat(place).isNotNull();
    var processes = process.toHandle().descendants().toList();
    assertThat(processes).isNotEmpty();
    process.toHandle().destroyForcibly();
    process.waitFor();
    var deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (processes.stream().anyMatch(ProcessHandle::isAlive) || isNamedByAProcess(place)) {
      assertThat(Instant.now()).as("its processes end").isBefore(deadline);
      Thread.sleep(50);
    }
    assertThat(Path.of("/proc/self/mounts")).content().doesNotContain(place);
    assertThat(Path.of(place)).as("files are what is left").exists();
    assertThat(whoIsIn(world("next"))).isEqualTo("next");
    assertThat(Path.of(place)).doesNotExist();
  }

  /** Whether any process of this machine has the folder in its command. */
  private static boolean isNamedByAProcess(String place) throws IOException {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.flatMap(p -> p.info().commandLine().stream()).anyMatch(c -> c.contains(place));
    }
  }
}
