package runbook.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.api.Access.Right;
import runbook.sandbox.world.Sandbox;
import runbook.sandbox.world.WorldReader;

/** Mistakes in the live systems, which the preflight names before anything is changed. */
@Timeout(240)
final class PreflightTest {
  private static final Path PLANS = Path.of("../../plans");

  private static final String SCALER =
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: { name: crowd }
      spec:
        scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: site }
        minReplicas: 1
        maxReplicas: 5
        metrics: []
      """;

  @TempDir Path folder;
  private Sandbox sandbox;

  @AfterEach
  void close() {
    if (sandbox != null) sandbox.close();
  }

  /** The shipped world with other words in it; few data. */
  private void start(Map<String, String> changes, Map<String, String> files) throws Exception {
    copy(PLANS, folder.resolve("plans"));
    var file = folder.resolve("plans/postgres-upgrade.world.yaml");
    var world = Files.readString(file).replace("50Mi", "1Mi");
    for (var change : changes.entrySet()) {
      assertThat(world).contains(change.getKey());
      world = world.replace(change.getKey(), change.getValue());
    }
    Files.writeString(file, world);
    for (var f : files.entrySet())
      Files.writeString(folder.resolve("plans/postgres-upgrade/world/" + f.getKey()), f.getValue());
    sandbox = Sandbox.start(WorldReader.read(file), System.out::println);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (var file : all.toList()) Files.copy(file, to.resolve(from.relativize(file).toString()));
    }
  }

  private record Said(int code, String text) {
    /** What it says, without where lines end. */
    String flat() {
      return text.replaceAll("\\s+", " ");
    }
  }

  private Said plan(Map<String, String> environment, String... words) throws Exception {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "runbook.cli.Start"));
    command.addAll(List.of(words));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(sandbox.environment());
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(text);
    return new Said(process.waitFor(), text);
  }

  private void take(String verb, String group, String resource) {
    sandbox.api().access().take(new Right(verb, group, resource, Optional.empty()));
  }

  @Test
  void allMistakesAreNamedInOneRunAndNothingIsBegun() throws Exception {
    start(
        Map.of(
            "  region: eu-central",
            "  region: eu-central\n  tokens: { weak: ['volumes:read_only', 'account:read_only'] }"
                + "\n  volumes: [ { label: postgres-before-upgrade, size: 10 } ]",
            "    maintenance:",
            "    other:",
            "    - { pattern: pythondiscord.com/invite*, script: redirects }",
            "    - { pattern: pythondiscord.com/invite*, script: redirects }\n"
                + "    - { pattern: \"*pythondiscord.com/*\", script: redirects }",
            "  - postgres-upgrade/world/site.yaml",
            "  - postgres-upgrade/world/site.yaml\n  - postgres-upgrade/world/scaler.yaml"),
        Map.of(
            "scaler.yaml",
            SCALER,
            "volume.yaml",
            Files.readString(PLANS.resolve("postgres-upgrade/world/volume.yaml"))
                .replaceFirst("storageClassName: .*", "storageClassName: linode-block-storage")));
    take("update", "apps", "deployments/scale");
    take("delete", "", "persistentvolumeclaims");
    take("list", "storage.k8s.io", "volumeattachments");
    take("create", "", "pods/exec");
    var said =
        plan(
            Map.of(),
            "preflight",
            "plans/postgres-upgrade.yaml",
            "--set",
            "services=site,patsy,nobody");
    assertThat(said.code).isEqualTo(1);
    assertThat(said.flat())
        .contains("BLOCKS permission to update deployments/scale")
        .contains("BLOCKS permission to delete persistentvolumeclaims")
        .contains("BLOCKS permission to list volumeattachments")
        .contains("BLOCKS permission to create pods/exec")
        .contains("BLOCKS Linode token")
        .contains("BLOCKS label `postgres-before-upgrade`")
        .contains("`maintenance`")
        .contains("BLOCKS route `*pythondiscord.com/*`")
        .contains("There is no deployment `nobody`")
        .contains("The autoscaler `crowd` aims at it.")
        .contains("deployment `patsy` (services) It has 0 replicas already")
        .contains("BLOCKS volume `pvc-")
        .contains("does not cover `*pythondiscord.com/.well-known/*` (no script)");

    var begun = plan(Map.of(), "execute", "plans/postgres-upgrade.yaml", "--yes");
    assertThat(begun.code).isEqualTo(1);
    assertThat(begun.text).contains("Nothing was begun.");
    assertThat(folder.resolve(".plan/runs")).doesNotExist();
  }

  @Test
  void whoCannotBeAskedIsNamedToo() throws Exception {
    start(
        Map.of(
            "zone: pythondiscord.com",
            "zone: pythondiscord.org",
            "*pythondiscord.com",
            "*pythondiscord.org",
            "pattern: pythondiscord.com",
            "pattern: pythondiscord.org"),
        Map.of());
    var said =
        plan(
            Map.of("LINODE_TOKEN", "revoked-token"),
            "preflight",
            "plans/postgres-upgrade.yaml",
            "--set",
            "claim=lost",
            "--set",
            "namespace=nowhere");
    assertThat(said.code).isEqualTo(1);
    assertThat(said.flat())
        .contains("BLOCKS zone `pythondiscord.com`")
        .contains("There is no volume claim `lost`")
        .contains("BLOCKS Linode token")
        .contains("deployment `site`")
        .doesNotContain("revoked-token");
    Files.writeString(
        folder.resolve("made.yaml"),
        """
        plan: made
        steps:
          - id: first
            apply:
              objects:
                - apiVersion: v1
                  kind: PersistentVolumeClaim
                  metadata: { name: fresh }
                  spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
          - linodeClone: { claim: fresh, label: copy-of-fresh }
          - linodeClone: { claim: stale, label: copy-of-stale }
          - when: ${1 == 2}
            parallel:
              one: [ { linodeClone: { claim: never, label: copy-of-never } } ]
              two: [ { linodeClone: { claim: neither, label: copy-of-neither } } ]
        """);
    var made = plan(Map.of(), "preflight", "made.yaml");
    assertThat(made.code).isEqualTo(1);
    assertThat(made.flat())
        .contains("BLOCKS volume of claim `stale`")
        .contains("note volume of claim `fresh`")
        .contains("Step `first` makes it.")
        .doesNotContain("`never`");
    var lost = plan(Map.of("KUBECONFIG", "/nowhere"), "preflight", "plans/postgres-upgrade.yaml");
    assertThat(lost.flat()).contains("There is no kubeconfig at `/nowhere`.");
    assertThat(lost.text.split("BLOCKS ", -1)).hasSizeLessThan(6);
  }
}
