package runbook.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import runbook.diag.Fuzz;
import runbook.diag.Golden;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Source;

/** Whatever a file has in it, loading it ends, and says what is wrong in shown sentences. */
final class FuzzTest {
  private static final Path PLANS = Path.of("../../plans");

  /** Pieces that mean something, put where they do not belong. */
  private static final List<String> PIECES =
      List.of(
          "${",
          "}",
          "$${",
          "${parameters",
          "${steps.",
          "${item}",
          "'",
          "\"",
          "`",
          "\\",
          "\t",
          "\r",
          "\n",
          "\n- ",
          ": ",
          "{",
          "[",
          "]",
          "&a ",
          "*a",
          "|",
          ">",
          "#",
          "---\n",
          "~",
          "null",
          "0x",
          "1e9999",
          "99999999999999999999",
          "\u0000",
          "\ufeff",
          "😀",
          "\ud83d",
          "forEach: ",
          "when: ",
          "undo: ",
          "exec: {}",
          "checkpoint: ",
          "parallel: ",
          "retry: {attempts: x}",
          "default: ",
          "oneOf: []",
          "type: secret",
          "<<: ",
          "? ",
          "!!",
          "%",
          "@",
          "size",
          "empty");

  @TestFactory
  Stream<DynamicTest> loading_never_throws() throws IOException {
    var seeds =
        Stream.concat(
            Golden.inputs("check", ".yaml"), Stream.of(PLANS.resolve("postgres-upgrade.yaml")));
    return seeds.map(file -> {
      var text = read(file);
      int rounds = text.length() > 5_000 ? 400 : 850;
      return DynamicTest.dynamicTest(
          file.getFileName().toString(),
          () -> {
            var random = Fuzz.random(text.hashCode());
            for (int i = 0; i < Fuzz.cases(rounds); i++)
              load(mutated(text, random), file.toAbsolutePath().getParent());
          });
    });
  }

  @TestFactory
  Stream<DynamicTest> random_bytes_are_problems() {
    return Stream.of(1, 2)
        .map(seed ->
            DynamicTest.dynamicTest(
                "seed " + seed,
                () -> {
                  var random = Fuzz.random(seed);
                  for (int i = 0; i < Fuzz.cases(2_000); i++) {
                    var bytes = new byte[random.nextInt(200)];
                    random.nextBytes(bytes);
                    load(
                        new String(
                            bytes,
                            seed == 1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE),
                        PLANS);
                  }
                }));
  }

  private static void load(String text, Path folder) {
    var problems = new Problems();
    try {
      var plan = Validator.load(new Source("fuzz.yaml", text), folder, problems);
      assertThat(plan.isEmpty()).isEqualTo(problems.hasErrors());
      Renderer.render(problems.sorted());
    } catch (RuntimeException | Error e) {
      throw new AssertionError("this text is a crash:\n" + text, e);
    }
    for (var problem : problems.sorted())
      assertThat(problem.message()).as("of %s", problem).matches("(?s)[A-Z`].*\\.");
  }

  private static String mutated(String text, Random random) {
    var out = new StringBuilder(text);
    for (int n = 1 + random.nextInt(4); n > 0 && !out.isEmpty(); n--) {
      int at = random.nextInt(out.length());
      int to = Math.min(out.length(), at + 1 + random.nextInt(20));
      var piece = PIECES.get(random.nextInt(PIECES.size()));
      switch (random.nextInt(6)) {
        case 0 -> out.insert(at, piece);
        case 1 -> out.replace(at, to, piece);
        case 2 -> out.delete(at, to);
        case 3 -> out.insert(random.nextInt(out.length()), out.substring(at, to));
        case 4 -> out.setCharAt(at, (char) random.nextInt(0x250));
        default -> out.setLength(at);
      }
    }
    return out.toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
