package runbook.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static runbook.expr.Expressions.problems;
import static runbook.expr.Expressions.type;
import static runbook.expr.Expressions.value;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.type.Conversion;
import runbook.type.Secret;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** What functions give, and how wrong calls are refused. */
final class FunctionTest {
  @TestFactory
  Stream<DynamicTest> every_example_is_true() {
    return Function.all().stream()
        .map(f ->
            DynamicTest.dynamicTest(
                f.example(),
                () -> {
                  assertThat(String.valueOf(value(f.example()))).isEqualTo(f.gives());
                  assertThat(f.example()).startsWith(f.name() + "(");
                  assertThat(f.doc()).matches("(?s)[A-Z].*[.`]");
                  var declared = type(f.example());
                  assertThat(Conversion.convert(declared, value(f.example())))
                      .isEqualTo(value(f.example()));
                  if (f.result() instanceof Function.Result.Of(var always))
                    assertThat(declared).isEqualTo(always);
                }));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "upper(parameters.text + 'ß') | ABCSS",
        "trim('\u2003a\t') | a",
        "replace('aaa', 'aa', 'b') | ba",
        "replace('a.b', '.', '$1') | a$1b",
        "split('', ',') | []",
        "size(split('', ',')) | 1",
        "split('a,,b,', ',') | [a, , b, ]",
        "split('a.b', '.') | [a, b]",
        "join([], ',') | ''",
        "join(split('a b', ' '), '') | ab",
        "contains([1, 2], 2.0) | true",
        "contains(parameters.list, 'c') | false",
        "contains('', '') | true",
        "last(parameters.list) | b",
        "first(split(parameters.text, 'b'))+'!' | a!",
        "split('a:b', ':')[1] | b",
        "unique([1, 2, 1]) | [1, 2]",
        "sorted([3, 1.5, 2]) | [1.5, 2, 3]",
        "sorted([]) | []",
        "matches('abc', 'b') | false",
        "extract('key=value', '(\\\\w+)=(\\\\w+)', 2) | value",
        "extract('a1b2', '\\\\d', 0) | 1",
        "major('v1.30.2') | 1",
        "major('17') | 17",
        "minor('17') | 0",
        "minor(' 1.30.2-gke.1 ') | 30",
        "atLeast('17', '17.0') | true",
        "atLeast('15.18', '15.9') | true",
        "atLeast('9.6.24', '10') | false",
        "seconds(parameters.wait) | 90",
        "seconds('1d') | 86400",
        "seconds('1500ms') | 1",
        "bytes(parameters.space) | 2147483648",
        "bytes('500m') | 1",
        "bytes('-1k') | -1000",
        "size(upper(parameters.text)) | 3",
        "first(sorted(unique(['b', 'a', 'b']))) | a",
      })
  void a_call_gives_what_its_doc_says(String expression, String gives) {
    assertThat(String.valueOf(value(expression))).isEqualTo(gives);
  }

  @Test
  void a_list_function_keeps_the_type_of_the_elements() {
    assertThat(type("first(parameters.list)")).isEqualTo(Simple.STRING);
    assertThat(type("first([1, 2])")).isEqualTo(Simple.INTEGER);
    assertThat(type("sorted(parameters.list)")).isEqualTo(new Type.ListOf(Simple.STRING));
    assertThat(type("split('a', ',')")).isEqualTo(new Type.ListOf(Simple.STRING));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "uper('a') | unknown-function | uper | Did you mean `upper`?",
        "length('a') | unknown-function | length | There are `atLeast`",
        "upper() | argument-count | upper() | It is called as `upper(text)`.",
        "1 + major('1', '2') | argument-count | major('1', '2') | It is called",
        "'a' + upper(parameters.n) | wrong-type | parameters.n | It is called as `upper(text)`.",
        "split('a', parameters.n + 1) | wrong-type | parameters.n + 1 | It is called",
        "join([1, 2], ',') | wrong-type | [1, 2] | It is called as `join(list, separator)`.",
        "contains(3, 'a') | wrong-type | 3 | ",
        "first('abc') | wrong-type | 'abc' | ",
        "seconds(90) | wrong-type | 90 | ",
        "seconds('90') | wrong-type | '90' | ",
        "bytes('1 GB') | wrong-type | '1 GB' | ",
        "matches('a', '(') | invalid-argument | '(' | ",
        "parameters.text =~ '[a' | invalid-argument | '[a' | ",
        "extract('a', '(a)', 2) | invalid-argument | 2 | A group is",
        "matches('a', 'a{999999999}') | invalid-argument | 'a{999999999}' | ",
        "upper(parameters.token) == 'X' | secret-exposed | upper(parameters.token) == 'X' | ",
        "matches(parameters.token, 'x') | secret-exposed | parameters.token | ",
        "contains([parameters.token], 'x') | secret-exposed | [parameters.token] | ",
        "upper([parameters.token]) | wrong-type | [parameters.token] | It is called as",
        "join(parameters.token, '') | wrong-type | parameters.token | It is called as",
        "math:max(1, 2) | expression-forbidden | math:max(1, 2) | An expression reads",
      })
  void a_wrong_call_is_refused_at_its_place(
      String expression, String code, String place, String hint) {
    assertThat(problems("${" + expression + "}"))
        .singleElement()
        .satisfies(d -> {
          assertThat(d.code()).hasToString(code);
          assertThat(d.span().text()).isEqualTo(place);
          if (hint != null) assertThat(String.join(" ", d.hints())).contains(hint);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "first(split('', ',')[0] == '' ? [] : ['a'])",
        "major(parameters.text)",
        "major('17beta1')",
        "major('1.2.')",
        "replace(parameters.text, '', 'x')",
        "split(parameters.text, '')",
        "sorted([1, 'a'])",
        "bytes('999999999999999999E')",
        "extract(parameters.text, 'x', 0)",
        "matches(parameters.text, parameters.text + '(')",
        "extract(parameters.text, 'a', parameters.n)",
        "seconds(parameters.text)",
      })
  void what_cannot_be_computed_says_so_in_a_sentence(String expression) {
    assertThatThrownBy(() -> value(expression))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith("`" + expression + "`")
        .hasMessageEndingWith(".")
        .hasMessageNotContainingAny("jexl", "java", "null", "Exception");
  }

  @Test
  void what_is_made_of_a_secret_is_one() {
    assertThat(value("upper(parameters.token)")).isEqualTo(new Secret("token", "HUNTER2"));
    assertThat(value("replace('a-b', '-', parameters.token)"))
        .isEqualTo(new Secret("token", "ahunter2b"));
    assertThat(value("join(['Bearer', parameters.token], ' ')"))
        .isEqualTo(new Secret("token", "Bearer hunter2"));
    for (var made : new String[] {"upper(parameters.token)", "join([parameters.token], '')"})
      assertThat(type(made)).isEqualTo(Simple.SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"upper([parameters.token])", "join(['a'], [parameters.token, 1])"})
  void no_complaint_quotes_a_secret(String expression) {
    assertThatThrownBy(() -> value(expression))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("secret")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'%s' =~ '(a+)+b'",
        "'%s' =~ '(a|a)*b'",
        "'%s' =~ '(a*)*(a*)*(a*)*b'",
        "'%s' =~ '(?:(?:(?:){9999}){9999}){9999}b'",
        "matches('%s', '(.*a){20}b')",
        "size(extract('%s', '(a|aa)+$!', 0)) == 1",
      })
  @Timeout(20)
  void a_pattern_that_would_take_for_ever_gives_up(String expression) {
    assertThatThrownBy(() -> value(expression.formatted("a".repeat(4000))))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("pattern")
        .hasMessageEndingWith(".");
  }

  @Test
  @Timeout(20)
  void no_text_grows_beyond_a_mebibyte() {
    var thousand = "'" + "a".repeat(1100) + "'";
    assertThatThrownBy(
            () -> value("replace(" + thousand + ", 'a', replace(" + thousand + ", 'a', 'bb'))"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("longer than 1 MiB");
  }

  @Test
  void durations_are_read_where_they_are_wanted() {
    assertThat(value("parameters.wait + '30s'")).isEqualTo(Duration.ofMinutes(2));
    assertThat(problems("${parameters.wait + '30'}"))
        .extracting(Diagnostic::code)
        .containsExactly(Code.WRONG_TYPE);
  }
}
