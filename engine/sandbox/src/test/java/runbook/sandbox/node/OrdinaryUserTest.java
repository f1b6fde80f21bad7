package runbook.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.json.Json;

/** Who is not root has the same pods, in a user namespace with one user. */
@Timeout(180)
class OrdinaryUserTest {
  @TempDir Path temporary;

  @Test
  void aDatabaseAndItsClientRun() throws Exception {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    assumeTrue(root, "the other tests run as one then");
    Files.setAttribute(temporary, "unix:mode", 0755);
    Path home = Files.createDirectory(temporary.resolve("home"));
    Files.setAttribute(home, "unix:uid", 65534);

    List<String> words = new ArrayList<>();
    words.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    words.add("--inh-caps=-all");
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath()));
    words.addAll(List.of(Program.class.getName(), home.toString()));
    ProcessBuilder builder = new ProcessBuilder(words).directory(home.toFile());
    builder.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
    builder.environment().put("HOME", home.toString());
    Process program = builder.redirectErrorStream(true).start();
    assertThat(Cluster.text(program.getInputStream())).endsWith("fine\n");
    assertThat(program.waitFor()).isZero();
    assertThat(home.resolve("worlds")).isEmptyDirectory();
  }

  /** Our class path where every user can read it. */
  private String classPath() throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path from = Path.of(entry);
      Path to = temporary.resolve(entries.size() + "-" + from.getFileName());
      if (Files.isDirectory(from)) {
        copy(from, to);
      } else if (Files.isRegularFile(from)) {
        Files.copy(from, to);
      }
      entries.add(to.toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** What the ordinary user runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      try (var cluster =
          new Cluster(Files.createDirectory(Path.of(arguments[0], "worlds")), false)) {
        check(cluster);
      }
      System.out.println("fine");
    }

    private static void check(Cluster cluster) throws Exception {
      cluster.create(
          """
          apiVersion: v1
          kind: Pod
          metadata: { name: database }
          spec:
            containers:
              - { name: c, image: "postgres:15", env: [ { name: POSTGRES_PASSWORD, value: secret } ],
                  readinessProbe: { exec: { command: [ psql, -h, 127.0.0.1, -U, postgres, -c, "select 1" ] }, periodSeconds: 1 },
                  volumeMounts: [ { name: shm, mountPath: /dev/shm } ] }
            volumes: [ { name: shm, emptyDir: { medium: Memory, sizeLimit: 256Mi } } ]
          """);
      var database = cluster.ready("database");
      assertThat(cluster.exec("database", "id", "-un")).isEqualTo("postgres\n");
      assertThat(cluster.exec("database", "cat", "/proc/1/comm")).isEqualTo("postgres\n");
      assertThat(cluster.exec("database", "sh", "-c", "pg_dumpall -U postgres | tail -3"))
          .contains("-- PostgreSQL database cluster dump complete");
      String url =
          "postgres://postgres:secret@%s/postgres".formatted(Json.text(database, "status.podIP"));
      cluster.create(
          """
          apiVersion: v1
          kind: Pod
          metadata: { name: client }
          spec:
            securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 2000 }
            containers:
              - { name: c, image: "plan/client", env: [ { name: DATABASE_URL, value: "%s" } ],
                  readinessProbe: { httpGet: { port: 8000 }, periodSeconds: 1 },
                  volumeMounts: [ { name: v, mountPath: /v } ] }
            volumes: [ { name: v, emptyDir: {} } ]
          """
              .formatted(url));
      cluster.ready("client");
      assertThat(cluster.exec("client", "sh", "-c", "id -u; touch /v/f && echo written"))
          .isEqualTo("1000\nwritten\n");
      cluster.delete("client");
      cluster.delete("database");
    }
  }
}
