package runbook.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.events.CommentEvent;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import runbook.check.Validator;
import runbook.diag.Golden;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.yaml.Yaml;
import runbook.yaml.YamlReader;

final class PlanLayoutTest {
  private static final List<Path> SHIPPED =
      List.of(Path.of("../../plans"), Path.of("../../examples/actions"));

  /** What is given to people as a plan is in the layout. */
  @TestFactory
  Stream<DynamicTest> what_is_shipped_is_formatted() {
    return shipped()
        .map(f ->
            DynamicTest.dynamicTest(
                f.getFileName().toString(), () -> assertThat(format(read(f))).hasValue(read(f))));
  }

  @TestFactory
  Stream<DynamicTest> layouts() {
    return Golden.inputs("format", ".yaml")
        .map(f ->
            DynamicTest.dynamicTest(
                f.getFileName().toString(),
                () ->
                    Golden.check(
                        Path.of(f.toString().replaceAll("\\.yaml$", ".txt")),
                        format(read(f)).orElse("no YAML\n"))));
  }

  @TestFactory
  Stream<DynamicTest> nothing_is_lost_and_nothing_is_found_anew() {
    return Stream.of(shipped(), Golden.inputs("check", ".yaml"), Golden.inputs("format", ".yaml"))
        .flatMap(s -> s)
        .map(f ->
            DynamicTest.dynamicTest(
                f.toString(), () -> laws(read(f), f.toAbsolutePath().getParent())));
  }

  /** The same plans with other blanks, and with their lines in another order. */
  @TestFactory
  Stream<DynamicTest> in_whatever_way_it_is_written() {
    return Stream.concat(shipped(), Golden.inputs("check", ".yaml"))
        .map(f ->
            DynamicTest.dynamicTest(
                f.toString(),
                () -> {
                  var text = read(f);
                  var random = new Random(text.hashCode());
                  int rounds = text.length() > 5_000 ? 15 : 60;
                  for (int i = 0; i < rounds; i++)
                    laws(shaken(text, random), f.toAbsolutePath().getParent());
                }));
  }

  private static void laws(String text, Path folder) {
    var formatted = format(text);
    if (formatted.isEmpty()) return;
    var out = formatted.get();
    assertThat(format(out)).as("of\n%s", text).hasValue(out);
    assertThat(data(out)).as("of\n%s\nmade\n%s", text, out).isEqualTo(data(text));
    var comments = comments(text);
    if (comments.isPresent() && comments(out).isPresent())
      assertThat(comments(out)).as("of\n%s\nmade\n%s", text, out).isEqualTo(comments);
    assertThat(problems(out, folder))
        .as("of\n%s\nmade\n%s", text, out)
        .isEqualTo(problems(text, folder));
  }

  private static Optional<String> format(String text) {
    return PlanLayout.format(new Source("p.yaml", text), new Problems());
  }

  private static Optional<Object> data(String text) {
    return YamlReader.read(new Source("p.yaml", text), new Problems()).flatMap(Yaml::data);
  }

  private static Set<String> problems(String text, Path folder) {
    var problems = new Problems();
    Validator.load(new Source("p.yaml", text), folder, problems);
    return problems.sorted().stream()
        .map(p -> p.code() + ": " + p.message().replaceAll("line \\d+", "line N"))
        .collect(Collectors.toSet());
  }

  /**
   * By the library's own eyes, which see other things than ours; empty for the rare text that it
   * cannot read any more when it is to tell its comments.
   */
  private static Optional<List<String>> comments(String text) {
    var found = new ArrayList<String>();
    var settings = LoadSettings.builder().setParseComments(true).build();
    try {
      for (var event : new Parse(settings).parseString(text)) {
        if (event instanceof CommentEvent c && c.getCommentType() != CommentType.BLANK_LINE)
          found.add(c.getValue().strip());
      }
    } catch (ParserException e) {
      return Optional.empty();
    }
    found.sort(null);
    return Optional.of(found);
  }

  /** More blanks, deeper lines, and a line that is elsewhere. */
  private static String shaken(String text, Random random) {
    var lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) return text;
    int from = random.nextInt(lines.size());
    int to = Math.min(lines.size(), from + 1 + random.nextInt(8));
    var blanks = " ".repeat(1 + random.nextInt(3));
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (i >= from && i < to) line = blanks + line;
      if (random.nextInt(9) == 0) line += "   ";
      if (random.nextInt(9) == 0) line = line.replaceFirst(": ", ":   ");
      if (random.nextInt(9) == 0) line = line.replace("{ ", "{").replace(", ", " ,  ");
      if (random.nextInt(30) == 0) line = line + "\n\n";
      if (random.nextInt(30) == 0) line = line + "  # note " + i;
      lines.set(i, line);
    }
    if (random.nextBoolean()) lines.add(random.nextInt(lines.size()), lines.remove(from));
    return String.join(random.nextInt(4) == 0 ? "\r\n" : "\n", lines);
  }

  @Test
  void a_header_stays_a_header() {
    assertThat(format("# about all\ntitle: x\nplan: y\nsteps: []\n"))
        .hasValue("# about all\ntitle: x\nplan: y\nsteps: []\n");
    assertThat(format("title: x\n# about the name\nplan: y\nsteps: []\n"))
        .hasValue("# about the name\nplan: y\ntitle: x\nsteps: []\n");
  }

  private static Stream<Path> shipped() {
    return SHIPPED.stream()
        .flatMap(folder -> {
          try (var files = Files.list(folder)) {
            return files
                .filter(f -> f.toString().endsWith(".yaml"))
                .filter(f -> !f.toString().endsWith(".world.yaml"))
                .sorted()
                .toList()
                .stream();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
