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
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.plan.Plan;
import runbook.run.Event;
import runbook.run.Runner;

/**
 * What the interpreter adds to the processes that it starts: a plan of a hundred local {@code exec}
 * steps, against a hundred bare process starts, and against a hundred starts of the three programs
 * that a command needs which shall survive us ({@code setsid}, a shell that keeps its exit code,
 * the shell that reads the script); each with as many forced writes as the journal makes.
 */
public final class ExecBenchmark {
  private static final int STEPS = 100;
  private static final int ROUNDS = 7;
  private static final String KEEPER =
      "sh -c true >>/dev/null 2>>/dev/null </dev/null & wait $!; echo $? >/dev/null";

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
      // began and ended; of each step started, its attempt, and finished
      long journalled = 2 + 3 * STEPS;
      var bare = new long[ROUNDS];
      var detached = new long[ROUNDS];
      var interpreted = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        // in turns, so that all see the same machine
        bare[round] = time(() -> starts(folder, line, journalled, "sh", "-c", "true"));
        detached[round] =
            time(() -> starts(folder, line, journalled, "setsid", "sh", "-c", KEEPER));
        interpreted[round] = time(() -> execute(plan, folder));
      }
      double b = median(bare) / 1e6;
      double d = median(detached) / 1e6;
      double p = median(interpreted) / 1e6;
      System.out.printf(
          Locale.ROOT,
          "%d times, with %d forced writes: bare start %.0f ms, detached %.0f ms, plan %.0f ms;"
              + " plan to bare %.2f, plan to detached %.2f%n",
          STEPS,
          journalled,
          b,
          d,
          p,
          p / b,
          p / d);
    } finally {
      delete(folder);
    }
  }

  private static void starts(Path folder, byte[] line, long forced, String... command)
      throws Exception {
    for (int i = 0; i < STEPS; i++) new ProcessBuilder(command).start().waitFor();
    write(folder.resolve("forced"), line, forced);
  }

  private static Plan plan(Path folder) {
    var text = new StringBuilder("plan: bench\nsteps:\n");
    for (int i = 0; i < STEPS; i++) text.append("  - exec: { script: \"true\" }\n");
    return Validator.load(new Source("bench.yaml", text.toString()), folder, new Problems())
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
