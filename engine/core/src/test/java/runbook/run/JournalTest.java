package runbook.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.type.Secret;
import runbook.world.Failure;

final class JournalTest {
  private static final Instant AT = Instant.parse("2026-11-23T01:02:03.004Z");
  private static final List<Event> ALL =
      List.of(
          new Event.Began(
              AT,
              1,
              "r",
              "p",
              "/p.yaml",
              "ab",
              "me@here",
              Map.of("list", List.of("a", "b"), "n", 3L)),
          new Event.Started(
              AT, "s", Optional.of("A title"), "exec", 1, Map.of("script", "line\none \"quoted\"")),
          new Event.Noted(AT, "s", "previous", Map.of("deployment/site", 2L)),
          new Event.Finished(
              AT,
              "s",
              Map.of("share", new BigDecimal("0.25"), "ok", true),
              Duration.ofMillis(1234)),
          new Event.Failed(
              AT, "t", "refused", "No.", Optional.of("detail"), Optional.empty(), Duration.ZERO),
          new Event.Skipped(AT, "u"),
          new Event.Recovered(AT, "s", "attach", "It still runs."),
          new Event.Passed(AT, "c", Optional.of("Go on?"), "--yes"),
          new Event.Resumed(AT, "cd", "me@there"),
          new Event.Ended(AT, Event.Outcome.FAILED, Optional.of("t"), Optional.of("No.")));

  @TempDir Path folder;

  private Path written() throws IOException {
    var file = folder.resolve("journal.jsonl");
    try (var journal = Journal.create(file)) {
      ALL.forEach(journal::append);
    }
    return file;
  }

  @Test
  void reads_what_it_wrote() throws IOException {
    assertThat(Journal.read(written())).isEqualTo(new Journal.Contents(ALL, false));
  }

  @Test
  void a_torn_last_line_is_cut_off_and_the_rest_goes_on() throws IOException {
    var file = written();
    var whole = Files.readAllBytes(file);
    for (int cut = 1; cut < 60; cut++) {
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length - cut));
      assertThat(Journal.read(file))
          .isEqualTo(new Journal.Contents(ALL.subList(0, ALL.size() - 1), true));
    }
    try (var journal = Journal.reopen(file)) {
      journal.append(new Event.Skipped(AT, "next"));
    }
    assertThat(Journal.read(file).events())
        .hasSize(ALL.size())
        .endsWith(new Event.Skipped(AT, "next"));
  }

  @Test
  void any_other_damage_names_file_and_line_and_loses_nothing() throws IOException {
    var file = written();
    var lines = Files.readAllLines(file);
    lines.set(3, lines.get(3).substring(5));
    Files.write(file, lines);
    assertThatThrownBy(() -> Journal.read(file))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("Line 4")
        .hasMessageContaining("journal.jsonl");
    assertThat(Files.readAllLines(file)).isEqualTo(lines);
  }

  @Test
  void a_second_journal_never_replaces_the_first() throws IOException {
    var file = written();
    assertThatThrownBy(() -> Journal.create(file)).isInstanceOf(IOException.class);
    Files.writeString(file, "", StandardOpenOption.APPEND);
    assertThat(Journal.read(file).events()).isEqualTo(ALL);
  }

  @Test
  void a_secret_is_never_written() {
    var line =
        EventJson.write(
            new Event.Started(
                AT,
                "s",
                Optional.empty(),
                "exec",
                1,
                Map.of("env", Map.of("token", new Secret("token", "hunter2")))));
    assertThat(line).doesNotContain("hunter2").contains("secret token");
  }
}
