package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.world.WorldFile.Data;
import runbook.sandbox.world.WorldFile.Load;

/** A world that holds somebody's own dump, in the formats that PostgreSQL has for them. */
@Timeout(180)
final class DumpedWorldTest {
  private static final String COUNTS =
      "select (select count(*) from api.people), (select count(*) from pg_largeobject_metadata)";

  @TempDir Path folder;

  static WorldFile with(List<Load> loads) throws Exception {
    var w = SandboxTest.small();
    return new WorldFile(
        w.name(),
        w.namespace(),
        w.images(),
        w.manifests(),
        Optional.of(new Data("postgres", "pythondiscord", loads)),
        List.of(),
        w.linode(),
        Optional.empty(),
        w.factor());
  }

  /** What a command in the database's pod prints. */
  private static byte[] run(Sandbox sandbox, String... command) throws Exception {
    var pod =
        sandbox
            .store()
            .list(
                Resources.PODS,
                Optional.of("default"),
                p -> Json.text(p, "metadata.labels.app").equals("postgres"))
            .items()
            .getFirst();
    try (var execution =
        sandbox
            .node()
            .kubelet()
            .exec(
                "default",
                Json.text(pod, "metadata.name"),
                Optional.empty(),
                List.of(command),
                false,
                false)) {
      var errors =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  execution.stderr().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                  // it is gone
                }
              });
      var bytes = execution.stdout().readAllBytes();
      errors.join();
      assertThat(execution.await()).isZero();
      return bytes;
    }
  }

  private static String counts(Sandbox sandbox, String database) throws Exception {
    return new String(run(sandbox, "psql", "-XAtU", "pythondiscord", "-d", database, "-c", COUNTS))
        .strip();
  }

  @Test
  void whatPgDumpallAndPgDumpWroteIsThereAgain() throws Exception {
    var all = folder.resolve("all.sql.gz");
    var site = folder.resolve("site.dump");
    String before;
    try (var sandbox = Sandbox.start(with(List.of(new Load.Generated(1))), _ -> {})) {
      before = counts(sandbox, "site");
      try (var out = new GZIPOutputStream(Files.newOutputStream(all))) {
        out.write(run(sandbox, "pg_dumpall", "-U", "pythondiscord"));
      }
      Files.write(site, run(sandbox, "pg_dump", "-Fc", "-U", "pythondiscord", "site"));
    }
    assertThat(before).isEqualTo("20000|1");
    var loads = List.<Load>of(new Load.Dump(all, "postgres"), new Load.Dump(site, "second site"));
    try (var sandbox = Sandbox.start(with(loads), _ -> {})) {
      assertThat(counts(sandbox, "site")).isEqualTo(before);
      assertThat(counts(sandbox, "second site")).isEqualTo(before);
    }
  }

  @Test
  void aDumpThatDoesNotFitIsNoWorld() throws Exception {
    var file = folder.resolve("bad.sql");
    Files.writeString(
        file,
        """
        -- PostgreSQL database cluster dump
        create role pythondiscord;
        create role somebody;
        select nothing from nowhere;
        """);
    assertThatThrownBy(
            () -> Sandbox.start(with(List.of(new Load.Dump(file, "postgres"))), _ -> {}).close())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Loading "
                + file
                + " failed: ERROR:  relation \"nowhere\" does not exist at character 21");
  }
}
