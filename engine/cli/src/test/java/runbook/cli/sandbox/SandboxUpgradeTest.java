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
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.world.Sandbox;
import runbook.sandbox.world.WorldReader;

/** The shipped plan, carried out in the sandbox; what it claims is asked of the world itself. */
final class SandboxUpgradeTest {
  private static final Path PLANS = Path.of("../../plans");
  private static final Map<String, Long> REPLICAS =
      Map.of(
          "site", 2L, "metricity", 1L, "metabase", 1L, "bitwarden", 1L, "pixels", 1L, "patsy", 0L);

  /** Each table that nobody writes to meanwhile, with its rows and a hash of them. */
  private static final String DATA =
      """
      select table_schema || '.' || table_name || ' ' || (xpath('/row/d/text()', query_to_xml(format(
        'select count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) as d from %I.%I t',
        table_schema, table_name), false, true, '')))[1]
      from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
        and table_name not in ('hits', 'visits') order by 1
      """;

  @TempDir Path folder;
  private final OkHttpClient visitor = new OkHttpClient();
  private Sandbox sandbox;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void postgres_moves_from_15_to_17_with_all_its_data() throws Exception {
    copy(PLANS, folder.resolve("plans"));
    var world = WorldReader.read(PLANS.resolve("postgres-upgrade.world.yaml"));
    try (var started = Sandbox.start(world, System.out::println)) {
      sandbox = started;
      assertThat(sql("postgres", "show server_version")).startsWith("15");
      var before = data();
      assertThat(before.values()).extracting(List::size).containsExactly(1, 2);
      var volumes = sandbox.volumes().list().stream().map(v -> v.id()).toList();
      var visits = new ConcurrentSkipListSet<Integer>();
      var running = new AtomicBoolean(true);
      var visiting =
          Thread.ofVirtual()
              .start(() -> {
                while (running.get()) visits.add(visit());
              });
      var code = execute();
      running.set(false);
      visiting.join();

      assertThat(code).isZero();
      assertThat(sql("postgres", "show server_version")).startsWith("17");
      assertThat(data()).isEqualTo(before);
      REPLICAS.forEach((name, count) -> assertThat(ready(name)).as(name).isEqualTo(count));
      assertThat(visits).as("visitors saw the site and the maintenance page").contains(200, 503);
      assertThat(visit()).isEqualTo(200);
      theCloneExistsOnceAndTheOldVolumeIsKept(volumes);
    }
  }

  private void theCloneExistsOnceAndTheOldVolumeIsKept(List<Long> before) {
    var all = sandbox.volumes().list();
    assertThat(all).extracting(v -> v.id()).containsAll(before);
    assertThat(all).filteredOn(v -> v.label().equals("postgres-before-upgrade")).hasSize(1);
    assertThat(all)
        .filteredOn(v -> v.label().equals("postgres-before-upgrade"))
        .allMatch(v -> v.isActive());
  }

  private int execute() throws IOException, InterruptedException {
    var command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            "runbook.cli.Start",
            "execute",
            "plans/postgres-upgrade.yaml",
            "--yes");
    var builder = new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
    builder.environment().putAll(sandbox.environment());
    return builder.start().waitFor();
  }

  private Map<String, List<String>> data() throws Exception {
    var all = new java.util.TreeMap<String, List<String>>();
    for (var database : List.of("site", "metricity"))
      all.put(database, sql(database, DATA).lines().toList());
    return all;
  }

  /** Asked in the server's own pod, as its superuser. */
  private String sql(String database, String query) throws Exception {
    var pod =
        sandbox
            .store()
            .list(
                Resources.PODS,
                Optional.of("default"),
                p ->
                    p.at("/metadata/labels/app").asText().equals("postgres")
                        && Json.text(p, "status.phase").equals("Running"))
            .items()
            .getFirst();
    var command = new ArrayList<String>(List.of("psql", "-X", "-A", "-t", "-U", "pythondiscord"));
    command.addAll(List.of("-d", database, "-c", query));
    try (var execution =
        sandbox
            .node()
            .kubelet()
            .exec(
                "default",
                Json.text(pod, "metadata.name"),
                Optional.empty(),
                command,
                false,
                false)) {
      var out = new String(execution.stdout().readAllBytes(), StandardCharsets.UTF_8);
      var err = new String(execution.stderr().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(execution.await()).as(err).isZero();
      return out.strip();
    }
  }

  private long ready(String deployment) {
    return sandbox
        .store()
        .get(Resources.DEPLOYMENTS, "default", deployment)
        .map(d -> d.at("/status/readyReplicas").asLong())
        .orElseThrow();
  }

  /** What a visitor of the site gets; 0 when nothing answers. */
  private int visit() {
    var request =
        new Request.Builder()
            .url(sandbox.environment().get("EDGE_URL") + "/")
            .header("Host", "www.pythondiscord.com");
    try (var response = visitor.newCall(request.build()).execute()) {
      return response.code();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var path : all.collect(Collectors.toList())) {
        var target = to.resolve(from.relativize(path));
        if (Files.isDirectory(path)) Files.createDirectories(target);
        else Files.copy(path, target);
      }
    }
  }
}
