package runbook.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;

/**
 * How long plans of 10 to 100,000 steps take to be read and checked in a warm JVM: steps of several
 * types that refer to each other, with branches, places, scripts and files.
 */
public final class LoadBenchmark {
  private static final int[] SIZES = {10, 1_000, 10_000, 100_000};

  private LoadBenchmark() {}

  public static void main(String[] arguments) {
    for (int i = 0; i < 5; i++) time(plan(2_000));
    for (int size : SIZES) {
      var source = plan(size);
      var times = new double[size > 50_000 ? 3 : 7];
      for (int i = 0; i < times.length; i++) times[i] = time(source);
      Arrays.sort(times);
      double median = times[times.length / 2];
      System.out.printf(
          Locale.ROOT,
          "%,8d steps, %6.1f MB: %8.1f ms, %5.1f us a step%n",
          size,
          source.text().length() / 1e6,
          median,
          median * 1000 / size);
    }
  }

  /** Milliseconds. */
  private static double time(Source source) {
    var problems = new Problems();
    long began = System.nanoTime();
    var plan = Validator.load(source, Path.of("").toAbsolutePath(), problems);
    double took = (System.nanoTime() - began) / 1e6;
    if (plan.isEmpty()) throw new IllegalStateException(Renderer.render(problems.sorted()));
    return took;
  }

  private static Source plan(int steps) {
    var text = new StringBuilder(PREAMBLE);
    for (int i = 0; i < steps; i += 10) text.append(TEN.replace("%N", Integer.toString(i)));
    return new Source("bench.yaml", text.toString());
  }

  private static final String PREAMBLE =
      """
      plan: bench
      parameters:
        name: { type: string, default: world }
        services: { type: list, default: [site, worker] }
      places:
        database: { deployment: postgres, container: postgres }
      steps:
      """;

  /** Ten steps that use each other. */
  private static final String TEN =
      """
        - id: look%N
          title: Look around in ${parameters.name}
          exec: { in: database, script: 'echo "hello $name"', env: { name: "${parameters.name}" } }
          timeout: 5m
        - id: dump%N
          exec: { in: database, script: 'set -o pipefail; pg_dumpall | gzip >"$to"', env: { to: /tmp/dump%N.sql.gz }, shell: bash }
          retry: { attempts: 3, delay: 5s }
        - id: sum%N
          checksum: { file: "database:/tmp/dump%N.sql.gz" }
        - id: fetch%N
          cp: { from: "database:/tmp/dump%N.sql.gz", to: "local:dump%N.sql.gz" }
        - parallel:
            left:
              - id: stop%N
                scale: { deployments: [web%N], replicas: 0 }
            right:
              - id: up%N
                http: { url: "https://example.com/%N", status: [200, 503] }
        - checkpoint: equal%N
          require:
            - that: ${steps.fetch%N.sha512 == steps.sum%N.digest && steps.look%N.exitCode == 0}
              else: The copy of ${parameters.name} differs.
        - scale: { restore: "${steps.stop%N}" }
        - id: each%N
          forEach: ${parameters.services}
          exec: { script: 'echo "$item"', env: { item: "${item}" } }
      """;
}
