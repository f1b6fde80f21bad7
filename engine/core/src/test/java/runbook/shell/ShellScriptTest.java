package runbook.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import runbook.diag.Fuzz;

/** What is read out of scripts; the messages about it are golden files of the checks. */
final class ShellScriptTest {
  private static final List<String> PIECES =
      List.of(
          "\"",
          "'",
          "`",
          "$(",
          "$((",
          "${",
          "${x:-",
          "}",
          ")",
          "))",
          "(",
          "<<END\n",
          "\nEND\n",
          "<<-'E O'\n",
          "case x in",
          "esac",
          ";;",
          "|",
          "||",
          "&&",
          "\\",
          "\\\n",
          "#",
          "$x",
          "$'",
          "for i in",
          "echo",
          "x=",
          "export",
          " ",
          "\n",
          "\t",
          "é",
          "\0",
          "{",
          "[[",
          "<(",
          ">&2");

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "a | b                            # 1",
        "echo x | b                       # 0",
        "a || b && c                      # 0",
        "case $x in a|b) c;; *) d | e;; esac # 1",
        "x=$(a | b)                       # 1",
        "echo 'a | b' \"c | d\"           # 0",
        "if a | b; then c; fi             # 1",
        "a |& b | c                       # 2",
      })
  void pipes_are_those_between_programs(String script, int pipes) {
    assertThat(ShellScript.of(script).pipes()).hasSize(pipes);
  }

  @Test
  void whatever_a_script_sets_is_found() {
    var script =
        ShellScript.of(
            """
            a=1 b+=2; export c d=3
            for e in x; do :; done; while read -r f g; do :; done <file
            printf -v h %s x; getopts ab i; : "${j:=1}"; local -a k=(1 2)
            l[3]=x; declare m; mapfile -t n
            """);
    assertThat(script.sets())
        .contains("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n");
  }

  @Test
  void the_shipped_scripts_say_what_they_say() throws Exception {
    var tasks = ShellScript.of(Files.readString(Path.of("../../plans/postgres-upgrade/tasks.sh")));
    assertThat(tasks.pipefail()).isTrue();
    assertThat(tasks.opaque()).isFalse();
    assertThat(tasks.functions()).contains("die", "sql", "look", "census");
    assertThat(tasks.uses()).extracting(ShellScript.Use::name).contains("server", "superuser");
    assertThat(tasks.exposed())
        .extracting(ShellScript.Use::name)
        .doesNotContain("PGPASSWORD", "POSTGRES_PASSWORD", "url");
  }

  @Test
  void no_text_makes_it_crash_or_hang() {
    var random = Fuzz.random(7);
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(Fuzz.cases(1)),
        () -> {
          for (int n = 0; n < Fuzz.cases(20_000); n++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--)
              text.append(PIECES.get(random.nextInt(PIECES.size())));
            var script = ShellScript.of(text.toString());
            for (var use : script.uses())
              assertThat(text.substring(use.start(), use.end())).contains(use.name());
          }
          ShellScript.of("$(".repeat(100_000));
          ShellScript.of("\"${x:-".repeat(50_000));
        });
  }
}
