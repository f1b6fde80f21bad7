package runbook.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.plan.Plan;
import runbook.plan.PlanLoader;
import runbook.run.Event;
import runbook.run.Runner;

/**
 * What the interpreter adds to the processes that it starts: a plan of a hundred local {@code exec}
 * steps, against a hundred bare process starts and as many forced writes as the journal makes.
 */
public final class ExecBenchmark {
  private static final int STEPS = 100;
  private static final int ROUNDS = 7;

  private ExecBenchmark() {}

  /** What is measured. */
  private interface Work {
    void run() throws Exception;
  }

  /**
   * @param arguments a folder on the disk that is to be measured; the current one unless given
   */
  public static void main(String[] arguments) throws Exception {
    var folder =
        Files.createTempDirectory(Path.of(arguments.length > 0 ? arguments[0] : "."), "bench");
    try {
      var plan = plan(folder);
      var line = "x".repeat(190).getBytes(StandardCharsets.UTF_8);
      long journalled = 2 + 2 * STEPS;
      var bare = new long[ROUNDS];
      var interpreted = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        // in turns, so that both see the same machine
        bare[round] =
            time(() -> {
              for (int i = 0; i < STEPS; i++)
                new ProcessBuilder("sh", "-c", "true").start().waitFor();
              write(folder.resolve("forced"), line, journalled);
            });
        interpreted[round] = time(() -> execute(plan, folder));
        System.out.printf(
            Locale.ROOT,
            "round %d%s: bare %d ms, plan %d ms%n",
            round,
            round < 2 ? " (warming up)" : "",
            bare[round] / 1_000_000,
            interpreted[round] / 1_000_000);
      }
      long b = median(bare);
      long p = median(interpreted);
      System.out.printf(
          Locale.ROOT,
          "%d process starts and %d forced writes: %d ms; a plan of %d exec steps: %d ms; ratio %.2f;"
              + " per step %.2f ms more%n",
          STEPS,
          journalled,
          b / 1_000_000,
          STEPS,
          p / 1_000_000,
          (double) p / b,
          (p - b) / 1e6 / STEPS);
    } finally {
      delete(folder);
    }
  }

  private static Plan plan(Path folder) {
    var text = new StringBuilder("plan: bench\nsteps:\n");
    for (int i = 0; i < STEPS; i++) text.append("  - exec: { script: \"true\" }\n");
    return PlanLoader.load(new Source("bench.yaml", text.toString()), folder, new Problems())
        .orElseThrow();
  }

  private static void execute(Plan plan, Path folder) throws IOException {
    var run =
        Runner.begin(
            plan,
            folder.resolve("bench.yaml"),
            Map.of(),
            _ -> new Runner.Connected(Here.world(), "default"),
            folder.resolve("runs"),
            Here.silent(),
            Optional.empty());
    if (run.outcome() != Event.Outcome.DONE) throw new IllegalStateException(run.toString());
  }

  private static void write(Path file, byte[] line, long times) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (long i = 0; i < times; i++) {
        channel.write(ByteBuffer.wrap(line));
        channel.force(false);
      }
    }
  }

  private static long time(Work work) throws Exception {
    long began = System.nanoTime();
    work.run();
    return System.nanoTime() - began;
  }

  /** Of all rounds but those that warm up. */
  private static long median(long[] times) {
    var sorted = Arrays.copyOfRange(times, 2, times.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  static void delete(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(path);
    }
  }
}
