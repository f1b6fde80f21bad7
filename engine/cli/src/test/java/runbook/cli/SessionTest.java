package runbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import runbook.diag.Golden;

/**
 * What an operator types, and sees: each file in {@code golden/cli} is a session. Lines on standard
 * output begin with {@code > }, all others are on standard error; there is no terminal.
 */
final class SessionTest {
  private static final Path PLANS = Path.of("src/test/resources/golden/cli/plans");

  /** Commands that keep or read runs. */
  private static final Set<String> RUNNING = Set.of("execute", "resume", "runs", "show");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> sessions() {
    return Golden.inputs("cli", ".in")
        .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
  }

  private void check(Path session) throws IOException {
    var name = session.getFileName().toString().replace(".in", "");
    var here = Files.createDirectory(folder.resolve(name)).toRealPath();
    try (var plans = Files.list(PLANS)) {
      for (var plan : plans.toList()) Files.copy(plan, here.resolve(plan.getFileName()));
    }
    var seen = new StringBuilder();
    for (var line : Files.readAllLines(session)) {
      seen.append("$ ").append(line).append('\n');
      var words = new ArrayList<>(List.of(line.split(" ")));
      switch (words.removeFirst()) {
        case "plan" -> seen.append(run(here, words)).append('\n');
        case "edit" ->
            Files.writeString(
                here.resolve(words.getFirst()), "# edited\n", StandardOpenOption.APPEND);
        default -> throw new IllegalArgumentException(line);
      }
    }
    Golden.check(session.resolveSibling(name + ".txt"), seen.toString());
  }

  private static String run(Path here, List<String> words) {
    var arguments = new ArrayList<String>();
    for (var word : words)
      arguments.add(
          word.endsWith(".yaml") || word.equals(".")
              ? here.resolve(word).normalize().toString()
              : word);
    if (!words.isEmpty() && RUNNING.contains(words.getFirst()) && !words.contains("--help"))
      arguments.addAll(List.of("--home", here.resolve(".plan").toString()));
    var seen = new StringWriter();
    int code =
        Start.run(
            new PrintWriter(new Marked(seen)),
            new PrintWriter(seen),
            arguments.toArray(String[]::new));
    return plain(seen.toString(), here) + "[exit code " + code + "]\n";
  }

  /** What differs from run to run is made equal. */
  private static String plain(String text, Path here) {
    assertThat(text).doesNotContain("\tat ").doesNotContain("Exception");
    return text.replace(" --home " + here.resolve(".plan"), "")
        .replace(here + "/", "")
        .replace(here.toString(), ".")
        .replaceAll("\\d\\d:\\d\\d:\\d\\d", "12:34:56")
        .replaceAll("\\d{8}-\\d{6}-", "20260131-123456-")
        .replaceAll("in \\d+(\\.\\d)? (ms|s)\\b", "in 7 ms")
        .replaceAll("took = .*", "took = 7ms")
        .replaceAll("(operator {2})\\S+", "$1me@here")
        .replaceAll("by \\S+@\\S+", "by me@here");
  }

  /** Puts a mark before each line. */
  private static final class Marked extends java.io.Writer {
    private final StringWriter to;
    private boolean begins = true;

    Marked(StringWriter to) {
      this.to = to;
    }

    @Override
    public void write(char[] characters, int from, int length) {
      for (int i = from; i < from + length; i++) {
        if (begins) to.write("> ");
        to.write(characters[i]);
        begins = characters[i] == '\n';
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
