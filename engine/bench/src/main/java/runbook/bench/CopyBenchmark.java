package runbook.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.run.Event;
import runbook.run.Runner;

/** How fast {@code cp} copies a large file on this machine, and how much heap that takes. */
public final class CopyBenchmark {
  private static final int PIECE = 1 << 20;

  private CopyBenchmark() {}

  /**
   * @param arguments size in MiB, 4096 unless given; a folder with twice that space, the current
   *     one unless given
   */
  public static void main(String[] arguments) throws IOException {
    long mib = arguments.length > 0 ? Long.parseLong(arguments[0]) : 4096;
    var folder =
        Files.createTempDirectory(Path.of(arguments.length > 1 ? arguments[1] : "."), "bench")
            .toAbsolutePath()
            .normalize();
    try {
      var from = folder.resolve("from");
      var to = folder.resolve("to");
      fill(from, mib);
      heap().forEach(MemoryPoolMXBean::resetPeakUsage);
      long began = System.nanoTime();
      copy(folder, from, to);
      double seconds = (System.nanoTime() - began) / 1e9;
      if (Files.size(to) != mib * PIECE) throw new IllegalStateException("the copy is incomplete");
      long peak = heap().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
      System.out.printf(
          Locale.ROOT,
          "cp of %d MiB, local to local, hashed at both ends: %.1f s, %.0f MB/s; heap at most %d MB"
              + " of %d MB%n",
          mib,
          seconds,
          mib * PIECE / 1e6 / seconds,
          peak / 1_000_000,
          Runtime.getRuntime().maxMemory() / 1_000_000);
    } finally {
      ExecBenchmark.delete(folder);
    }
  }

  /** Every pool at its own peak: never less than what was there at one time. */
  private static java.util.stream.Stream<MemoryPoolMXBean> heap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP);
  }

  private static void fill(Path file, long mib) throws IOException {
    var bytes = new byte[PIECE];
    new Random(1).nextBytes(bytes);
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long i = 0; i < mib; i++) {
        ByteBuffer.wrap(bytes).putLong(i);
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) channel.write(buffer);
      }
    }
  }

  private static void copy(Path folder, Path from, Path to) throws IOException {
    var text =
        """
        plan: bench
        steps:
          - cp: { from: "local:%s", to: "local:%s" }
            timeout: 12h
        """
            .formatted(from, to);
    var plan = Validator.load(new Source("bench.yaml", text), folder, new Problems()).orElseThrow();
    var run =
        Runner.begin(
            plan,
            folder.resolve("bench.yaml"),
            Map.of(),
            _ -> new Runner.Connected(Here.world(), "default"),
            folder.resolve("runs"),
            Here.silent(),
            Optional.empty());
    if (run.outcome() != Event.Outcome.DONE)
      throw new IllegalStateException(String.valueOf(run.failure()), run.failure().orElse(null));
  }
}
