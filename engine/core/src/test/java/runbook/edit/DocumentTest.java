package runbook.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import runbook.check.Validator;
import runbook.diag.Golden;
import runbook.diag.Problems;
import runbook.diag.Source;

/**
 * What an editor is told. The cases of {@code golden/edit} are texts in which {@code ‸} is the
 * cursor; they are parted by a line {@code === question}, and a case that begins with {@code +} is
 * put behind the plan that the file begins with.
 */
final class DocumentTest {
  private static final Path PLAN = Path.of("../../plans/postgres-upgrade.yaml");
  private static final Path FOLDER = Path.of("src/test/resources/golden/check").toAbsolutePath();

  @TestFactory
  Stream<DynamicTest> answers() {
    return Golden.inputs("edit", ".yaml")
        .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> answers(f)));
  }

  private static void answers(Path file) throws IOException {
    var parts = Files.readString(file).split("(?m)^=== ");
    var out = new StringBuilder();
    for (int i = 1; i < parts.length; i++) {
      int line = parts[i].indexOf('\n');
      var question = parts[i].substring(0, line);
      var body = parts[i].substring(line + 1);
      out.append("=== ").append(question).append('\n').append(body);
      out.append("---\n").append(answer(question, parts[0] + body)).append('\n');
    }
    Golden.check(Path.of(file.toString().replaceAll("\\.yaml$", ".txt")), out.toString());
  }

  private static String answer(String question, String marked) {
    int cursor = marked.indexOf('‸');
    assertThat(cursor).as(marked).isNotNegative();
    var document = document(marked.replace("‸", ""));
    var words = question.split(" ");
    return switch (words[0]) {
      case "complete" -> suggestions(document.complete(cursor));
      case "hover" ->
          document
              .described(cursor)
              .map(s -> "[" + s.text() + "]\n" + document.describe(cursor).orElseThrow() + "\n")
              .orElse("nothing\n");
      case "definition" ->
          switch (document.definition(cursor).orElse(null)) {
            case null -> "nowhere\n";
            case Target.Here(var span) -> span + " " + span.text() + "\n";
            case Target.Elsewhere(var path) -> FOLDER.relativize(path) + "\n";
          };
      case "references" -> spans(document.references(cursor));
      case "rename" ->
          switch (document.rename(cursor, words[1])) {
            case Renaming.Refused(var why) -> why + "\n";
            case Renaming.At(var spans) -> spans(spans);
          };
      default -> throw new IllegalArgumentException(question);
    };
  }

  private static String spans(List<runbook.diag.Span> spans) {
    var out = new StringBuilder();
    for (var s : spans) out.append(s).append(' ').append(s.text()).append('\n');
    return out.isEmpty() ? "nothing\n" : out.toString();
  }

  private static String suggestions(List<Suggestion> all) {
    if (all.isEmpty()) return "nothing\n";
    var out = new StringBuilder();
    for (var s : all)
      out.append(s.kind().name().toLowerCase())
          .append(" [")
          .append(s.replaced().text())
          .append("] → [")
          .append(s.insert())
          .append("] ")
          .append(s.detail())
          .append(s.doc().isEmpty() ? "" : " | " + s.doc().replace("\n", "⏎"))
          .append('\n');
    return out.toString();
  }

  private static Document document(String text) {
    return new Document(new Source("p.yaml", text), FOLDER);
  }

  @Test
  void headings_are_the_steps() throws IOException {
    var document = new Document(new Source("p.yaml", Files.readString(PLAN)), PLAN.getParent());
    var shown = new ArrayList<String>();
    document.headings().forEach(h -> show(h, "", shown));
    assertThat(shown)
        .startsWith("worker (apply)", "old (exec)", "liveDump (exec)")
        .containsSequence(
            "parallel (parallel)", "  dump (branch)", "    dump (exec)", "    inPod (checksum)")
        .contains("backupVerified (checkpoint)", "finish (exec)");
  }

  private static void show(Heading heading, String indent, List<String> shown) {
    shown.add(indent + heading.name() + " (" + heading.kind() + ")");
    assertThat(heading.span().start()).isBetween(heading.whole().start(), heading.whole().end());
    assertThat(heading.span().end()).isLessThanOrEqualTo(heading.whole().end());
    heading.below().forEach(b -> show(b, indent + "  ", shown));
  }

  /** Every id of the shipped plan can have another name, and the plan is as good as before. */
  @Test
  void a_renamed_plan_is_as_good_as_before() throws IOException {
    var text = Files.readString(PLAN);
    var folder = PLAN.toAbsolutePath().normalize().getParent();
    var document = new Document(new Source("p.yaml", text), folder);
    var before = codes(text, folder);
    var names = Outline.of(TolerantReader.read(document.source())).steps();
    assertThat(names).hasSizeGreaterThan(30);
    for (var step : names) {
      var name = step.id().or(step::checkpoint);
      if (name.isEmpty()) continue;
      var renaming = document.rename(name.get().span().start(), "anotherName");
      assertThat(renaming).isInstanceOf(Renaming.At.class);
      var changed = new StringBuilder(text);
      for (var span : ((Renaming.At) renaming).spans().reversed())
        changed.replace(span.start(), span.end(), "anotherName");
      assertThat(codes(changed.toString(), folder)).as(name.get().text()).isEqualTo(before);
      // a branch may bear the name of a step
      assertThat(changed.toString())
          .doesNotContain("steps." + name.get().text() + ".")
          .doesNotContain("id: " + name.get().text() + "\n");
    }
  }

  private static List<String> codes(String text, Path folder) {
    var problems = new Problems();
    Validator.load(new Source("p.yaml", text), folder, problems);
    return problems.sorted().stream().map(p -> p.code().toString()).toList();
  }

  @Test
  void problems_of_a_used_plan_stand_where_it_is_used() {
    var text = "plan: x\nsteps:\n  - use: used/broken.yaml\n";
    assertThat(document(text).problems())
        .isNotEmpty()
        .allSatisfy(p -> assertThat(p.span().source().name()).isEqualTo("p.yaml"))
        .anySatisfy(p -> assertThat(p.span().text()).isEqualTo("used/broken.yaml"));
  }

  /** Wherever somebody stops to type, everything that can be asked is answered. */
  @Test
  void every_question_is_answered_in_every_broken_text() throws IOException {
    var text = Files.readString(PLAN);
    var random = new Random(7);
    for (int i = 0; i < 250; i++) {
      int from = random.nextInt(text.length());
      var broken =
          random.nextBoolean()
              ? text.substring(0, from)
              : text.substring(0, from)
                  + List.of("${steps.", "\"", "{", "[", "- ", "'", ": ").get(random.nextInt(7))
                  + text.substring(Math.min(text.length(), from + random.nextInt(9)));
      var document = new Document(new Source("p.yaml", broken), PLAN.toAbsolutePath().getParent());
      for (int offset :
          new int[] {Math.min(from, broken.length()), random.nextInt(broken.length() + 1)}) {
        document.complete(offset);
        document.describe(offset);
        document.definition(offset);
        document.references(offset);
        document.rename(offset, "other");
      }
      document.headings();
      document.format();
      document.problems();
    }
  }
}
