package runbook.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static runbook.expr.Expressions.parse;
import static runbook.expr.Expressions.problems;
import static runbook.expr.Expressions.template;
import static runbook.expr.Expressions.type;
import static runbook.expr.Expressions.value;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.type.Secret;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** What an expression gives, and what it refuses: when it is read, and when it is evaluated. */
final class ExpressionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 + 2 | 3 | INTEGER",
        "7 - 2 * 3 | 1 | INTEGER",
        "'a' + \"b\" | ab | STRING",
        "parameters.n | 3 | INTEGER",
        "parameters['n'] | 3 | INTEGER",
        "parameters.text + '!' | abc! | STRING",
        "parameters.list[1] | b | STRING",
        "parameters.map.key | value | STRING",
        "parameters.map[parameters.text == 'abc' ? 'key' : 'no'] | value | STRING",
        "parameters.map['od\\'d'] | x | STRING",
        "parameters.share * 2 | 0.5 | NUMBER",
        "size(parameters.list) | 2 | INTEGER",
        "empty(parameters.list) | false | BOOLEAN",
        "parameters.n == 3 | true | BOOLEAN",
        "parameters.n == 3.0 | true | BOOLEAN",
        "parameters.n >= 3 && !(parameters.n > 3) | true | BOOLEAN",
        "parameters.n < 4 and not false or false | true | BOOLEAN",
        "parameters.text =~ '[a-c]+' | true | BOOLEAN",
        "'a' =~ parameters.list | true | BOOLEAN",
        "'z' !~ parameters.list | true | BOOLEAN",
        "parameters.text =^ 'ab' | true | BOOLEAN",
        "parameters.n > 2 ? 'many' : 'few' | many | STRING",
        "-parameters.n | -3 | INTEGER",
        "parameters.n % 2 | 1 | INTEGER",
        "parameters.wait > parameters.wait | false | BOOLEAN",
        "parameters.space <= parameters.space | true | BOOLEAN",
        "9223372036854775807 | 9223372036854775807 | INTEGER",
      })
  void an_expression_has_the_value_and_the_type_that_it_says(
      String expression, String value, String type) {
    assertThat(String.valueOf(value(expression))).isEqualTo(value);
    assertThat(type(expression)).isEqualTo(Simple.valueOf(type));
  }

  @Test
  void a_list_is_one_also_where_it_is_written_out() {
    assertThat(value("['a', parameters.text]")).isEqualTo(List.of("a", "abc"));
    assertThat(type("['a', parameters.text]")).isEqualTo(new Type.ListOf(Simple.STRING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'3' + 4",
        "true + 1",
        "parameters.list + 1",
        "'3' < 4",
        "'a' && true",
        "!'abc'",
        "'x' ? 1 : 2",
        "-'3'",
        "'a' * 2",
        "parameters.wait + 1",
      })
  void what_merely_looks_like_a_value_is_refused_when_read_and_when_evaluated(String expression) {
    assertThat(problems("${" + expression + "}"))
        .isNotEmpty()
        .allMatch(d -> d.code() == Code.WRONG_TYPE);
    assertThatThrownBy(() -> value(expression))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("`" + expression + "`")
        .hasMessageEndingWith(".");
  }

  @Test
  void a_text_never_equals_a_number() {
    assertThat(value("'3' == 3")).isEqualTo(false);
    assertThat(problems("${'3' == 3}"))
        .extracting(Diagnostic::code)
        .containsExactly(Code.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "parameters.map.none",
        "parameters.list[7]",
        "parameters.none",
        "nothing",
        "1 / 0",
        "parameters.map.none.deeper",
      })
  void what_has_no_value_says_so_in_a_sentence(String expression) {
    assertThatThrownBy(() -> value(expression))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith("`" + expression + "`")
        .hasMessageEndingWith(".")
        .hasMessageNotContainingAny("jexl", "Jexl", "@", "null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = 1",
        "parameters.n lt 4",
        "parameters.n = 1",
        "parameters.n += 1",
        "parameters.n++",
        "new('java.io.File', 'x')",
        "new java.io.File('x')",
        "parameters.text.length()",
        "parameters.map.clear()",
        "parameters.text.class",
        "parameters.class.forName('x')",
        "for (x : parameters.list) x",
        "while (true) 1",
        "if (true) 1",
        "var x = 1",
        "x -> x",
        "(x) -> { x }",
        "function(x) { x }",
        "1; 2",
        "#pragma a 1",
        "`text ${parameters.n}`",
        "`text`",
        "{ 'a' : 1 }",
        "{ 1, 2 }",
        "math:max(1, 2)",
        "size",
        "parameters",
        "parameters[parameters.text]",
        "$jexl",
        "parameters.n ?: 1",
        "null",
        "parameters.n + null",
        "null == null",
        "parameters.n < null",
        "~'abc'",
        "1 & 2",
        "1..3",
        "return 1",
        "'a'.b",
        "@annotation 1",
      })
  void nothing_else_is_in_the_language(String expression) {
    assertThat(problems("${" + expression + "}")).isNotEmpty().allMatch(Diagnostic::isError);
  }

  @Test
  void what_is_made_of_a_secret_is_one_and_never_shows() {
    for (var text :
        List.of(
            "${parameters.token}",
            "${'Bearer ' + parameters.token}",
            "${parameters.token + parameters.token}",
            "Bearer ${parameters.token}",
            "${parameters.text} ${parameters.token}!")) {
      var value = template(text);
      assertThat(value).as(text).isInstanceOf(Secret.class);
      assertThat(value.toString()).doesNotContain("hunter2");
      assertThat(((Secret) value).reveal()).contains("hunter2");
      var problems = new Problems();
      assertThat(parse(text, problems).check(Expressions.SCOPE, problems)).isEqualTo(Simple.SECRET);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "parameters.token == 'hunter2'", "parameters.token =~ 'h.*'", "size(parameters.token)",
        "parameters.token =^ 'h'", "parameters.token < 'i'", "[parameters.token] == ['hunter2']",
      })
  void nobody_finds_a_secret_out_by_asking_questions(String expression) {
    assertThat(problems("${" + expression + "}")).as(expression).isNotEmpty();
  }

  @Test
  void a_faulty_expression_leaves_nothing_behind_that_makes_another_one_right() {
    for (int i = 0; i < 3; i++) {
      assertThat(problems("${-if😀while(}")).isNotEmpty();
      assertThat(problems("${1e9steps}")).isNotEmpty();
    }
  }
}
