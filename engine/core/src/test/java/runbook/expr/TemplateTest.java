package runbook.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static runbook.expr.Expressions.problems;
import static runbook.expr.Expressions.template;

import org.junit.jupiter.api.Test;

/** Texts with expressions in them, and where their problems stand. */
final class TemplateTest {
  @Test
  void text_around_an_expression_makes_it_a_text() {
    assertThat(template("${parameters.n}")).isEqualTo(3L);
    assertThat(template(" ${parameters.n}")).isEqualTo(" 3");
    assertThat(template("${parameters.wait} of ${parameters.space}")).isEqualTo("1m30s of 2Gi");
    assertThat(template("${parameters.share}%")).isEqualTo("0.25%");
    assertThat(template("")).isEqualTo("");
  }

  @Test
  void two_dollars_before_a_brace_write_one_and_any_other_dollar_is_itself() {
    assertThat(template("$${x}")).isEqualTo("${x}");
    assertThat(template("a$${x}${parameters.n}$")).isEqualTo("a${x}3$");
    assertThat(template("$HOME $$ $1 ${parameters.n}$$")).isEqualTo("$HOME $$ $1 3$$");
  }

  @Test
  void quotes_and_braces_inside_an_expression_do_not_end_it() {
    assertThat(template("<${'}'}>")).isEqualTo("<}>");
    assertThat(template("<${\"}\\\"\"}>")).isEqualTo("<}\">");
    assertThat(template("<${'\\'}'}>")).isEqualTo("<'}>");
    assertThat(template("<${'${'}>")).isEqualTo("<${>");
  }

  @Test
  void a_problem_stands_at_the_word_that_it_is_about() {
    assertPlace("äöü 😀 ${nowhere}", "nowhere");
    assertPlace("${'😀' + nowhere}", "nowhere");
    assertPlace("line\n  ${parameters.text +\n  nowhere.x}", "nowhere");
    assertPlace("${parameters.n > 2 and nowhere}", "nowhere");
  }

  private static void assertPlace(String text, String word) {
    assertThat(problems(text))
        .as(text)
        .singleElement()
        .satisfies(d -> {
          assertThat(d.span().text()).isEqualTo(word);
          assertThat(d.span().start()).isEqualTo(text.indexOf(word));
        });
  }

  @Test
  void equal_expressions_have_each_their_own_place() {
    assertThat(problems("${nowhere} and ${nowhere}"))
        .extracting(d -> d.span().start())
        .containsExactly(2, 17);
  }

  @Test
  void a_brace_that_is_never_closed_is_said_where_it_opens() {
    assertThat(problems("ab ${parameters.n"))
        .singleElement()
        .satisfies(d -> {
          assertThat(d.message()).contains("never closed");
          assertThat(d.span().start()).isEqualTo(3);
        });
  }
}
