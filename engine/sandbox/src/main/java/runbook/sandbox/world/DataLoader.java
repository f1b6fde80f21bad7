package runbook.sandbox.world;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import runbook.sandbox.api.Kubelet;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Selector;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Loads data into a database in a pod, by the programs in its container. */
final class DataLoader {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(100);
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
        case WorldFile.Load.Generated(long mib) -> generate(pod, mib);
        case WorldFile.Load.Dump(Path file, String database) -> load(pod, file, database);
      }
    }
  }

  private void generate(String pod, long mib) throws IOException, InterruptedException {
    try (var sql = DataLoader.class.getResourceAsStream("generated.sql")) {
      var text = new String(sql.readAllBytes(), StandardCharsets.UTF_8);
      var mine = text.replace("@MIB@", Long.toString(mib)).getBytes(StandardCharsets.UTF_8);
      run(pod, DumpFormat.SCRIPT, "postgres", new ByteArrayInputStream(mine), "the generated data");
    }
  }

  private void load(String pod, Path file, String database)
      throws IOException, InterruptedException {
    try (var in = DumpFormat.open(file)) {
      run(pod, DumpFormat.of(in), database, in, file.toString());
    }
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
      var asked = List.of("pg_isready", "-q", "-h", "127.0.0.1");
      return run(pod, asked, InputStream.nullInputStream()).code() == 0;
    } catch (StatusException notYet) {
      return false;
    }
  }

  private void run(String pod, DumpFormat format, String database, InputStream in, String what)
      throws IOException, InterruptedException {
    var said = run(pod, format.command(data.user(), database), in);
    var wrong = format.wrong(said);
    if (wrong.isPresent())
      throw new IOException("Loading " + what + " failed: " + wrong.get().strip());
  }

  private DumpFormat.Said run(String pod, List<String> command, InputStream in)
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
      return new DumpFormat.Said(code, said.toString(StandardCharsets.UTF_8));
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
