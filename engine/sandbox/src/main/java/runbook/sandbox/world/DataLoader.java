package runbook.sandbox.world;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import runbook.sandbox.api.Kubelet;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Selector;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Loads data into a database in a pod, by the psql in its container. */
final class DataLoader {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final String PSQL =
      "exec psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -U \"$1\" -d \"$2\" >/dev/null";

  private final Store store;
  private final Kubelet kubelet;
  private final String namespace;
  private final WorldFile.Data data;

  DataLoader(Store store, Kubelet kubelet, String namespace, WorldFile.Data data) {
    this.store = store;
    this.kubelet = kubelet;
    this.namespace = namespace;
    this.data = data;
  }

  void load() throws IOException, InterruptedException {
    var pod = ready();
    for (var load : data.loads()) {
      switch (load) {
        case WorldFile.Load.Generated(long mib) -> {
          try (var sql = DataLoader.class.getResourceAsStream("generated.sql")) {
            var text = new String(sql.readAllBytes(), StandardCharsets.UTF_8);
            run(pod, "postgres", text.replace("@MIB@", Long.toString(mib)), "the generated data");
          }
        }
        case WorldFile.Load.Script(Path file, String database) -> {
          try (var in = open(file)) {
            run(pod, database, in, file.toString());
          }
        }
      }
    }
  }

  private static InputStream open(Path file) throws IOException {
    var in = Files.newInputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
  }

  /** The pod whose server answers over TCP, which only the one that stays does (DOMAIN F7). */
  private String ready() throws InterruptedException, IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      var pod = pod();
      if (pod.isPresent() && answers(pod.get())) return pod.get();
      Thread.sleep(PAUSE);
    }
    throw new IOException(
        "The database in `"
            + data.in()
            + "` was not ready within "
            + PATIENCE.toMinutes()
            + " min.");
  }

  private Optional<String> pod() {
    for (var resource : List.of(Resources.DEPLOYMENTS, Resources.STATEFUL_SETS)) {
      var owner = store.get(resource, namespace, data.in());
      if (owner.isEmpty()) continue;
      var selector = Selector.labels(owner.get().at("/spec/selector")).orElseThrow();
      return store
          .list(
              Resources.PODS,
              Optional.of(namespace),
              selector.and(p -> Json.text(p, "status.phase").equals("Running")))
          .items()
          .stream()
          .map(p -> Json.text(p, "metadata.name"))
          .findFirst();
    }
    return Optional.empty();
  }

  private boolean answers(String pod) throws InterruptedException, IOException {
    try {
      return run(pod, List.of("pg_isready", "-q", "-h", "127.0.0.1"), InputStream.nullInputStream())
          .isEmpty();
    } catch (StatusException notYet) {
      return false;
    }
  }

  private void run(String pod, String database, String sql, String what)
      throws IOException, InterruptedException {
    var in = new java.io.ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8));
    run(pod, database, in, what);
  }

  private void run(String pod, String database, InputStream sql, String what)
      throws IOException, InterruptedException {
    var failed =
        run(
            pod,
            List.of(
                "sh", "-c", "PGPASSWORD=$POSTGRES_PASSWORD " + PSQL, "psql", data.user(), database),
            sql);
    if (failed.isPresent())
      throw new IOException("Loading " + what + " failed: " + failed.get().strip());
  }

  /** What it said when it failed; empty when all went well. */
  private Optional<String> run(String pod, List<String> command, InputStream in)
      throws IOException, InterruptedException {
    try (var execution = kubelet.exec(namespace, pod, Optional.empty(), command, true, false)) {
      var said = new ByteArrayOutputStream();
      var out = drain(execution.stdout(), OutputStream.nullOutputStream());
      var err = drain(execution.stderr(), said);
      try (var stdin = execution.stdin()) {
        in.transferTo(stdin);
      } catch (IOException ended) {
        // it does not want the rest; its exit code tells
      }
      out.join();
      err.join();
      int code = execution.await();
      return code == 0
          ? Optional.empty()
          : Optional.of("exit code " + code + "\n" + said.toString(StandardCharsets.UTF_8));
    }
  }

  private static Thread drain(InputStream from, OutputStream to) {
    return Thread.ofVirtual()
        .start(() -> {
          try (from) {
            from.transferTo(to);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
