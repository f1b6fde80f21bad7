package runbook.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Source;

/** Every node and every character of a scalar knows its place; nothing that is wrong is a crash. */
final class YamlReaderTest {
  private static Yaml read(String text) {
    var problems = new Problems();
    var yaml = YamlReader.read(new Source("t.yaml", text), problems);
    assertThat(problems.sorted()).isEmpty();
    return yaml.orElseThrow();
  }

  private static List<Diagnostic> problems(String text) {
    var problems = new Problems();
    YamlReader.read(new Source("t.yaml", text), problems);
    return problems.sorted();
  }

  private static Yaml.Scalar scalar(String text, String key) {
    return (Yaml.Scalar) ((Yaml.Mapping) read(text)).get(key).orElseThrow();
  }

  /** Where the value has the word, the source has it too, as it is written there. */
  private static void assertPlace(String text, String word, String written) {
    var scalar = scalar(text, "k");
    int from = scalar.text().indexOf(word);
    assertThat(from).as(scalar.text()).isNotNegative();
    var span = scalar.at(from, from + word.length());
    assertThat(span.text()).as(text).isEqualTo(written);
    assertThat(span.start()).as(text).isEqualTo(text.indexOf(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k: before WORD after",
        "k: WORD",
        "k: before\n  WORD\n  after",
        "k: before\n\n  WORD after",
        "k: 'it''s WORD'",
        "k: 'before\n  WORD after'",
        "k: \"a\\tb\\\\ \\u00e4 \\x41 WORD\"",
        "k: \"\\U0001F600 WORD\"",
        "k: \"before \\\n   WORD\"",
        "k: |\n  first\n  second WORD\n",
        "k: |2-\n    indented WORD",
        "k: |+\n  a\n\n  WORD\n\n",
        "k: >\n  folded\n  WORD here\n\n  more\n",
        "k: >-\n  folded\n\n  WORD",
        "k: |\n  😀 ünïcode WORD\n",
        "😀: x\nk: 😀😀 WORD",
        "k: |  # a comment\n  line\n  WORD\n",
        "a: &anchor x\nk: &b before WORD",
      })
  void a_word_is_found_where_it_stands(String text) {
    assertPlace(text, "WORD", "WORD");
    assertPlace(text.replace("\n", "\r\n"), "WORD", "WORD");
    assertPlace("\ufeff" + text, "WORD", "WORD");
    assertPlace("# 😀 comment\n" + text, "WORD", "WORD");
  }

  @Test
  void a_word_with_escapes_in_it_is_found_as_it_is_written() {
    assertPlace("k: \"x W\\u004fRD y\"", "WORD", "W\\u004fRD");
    assertPlace("k: 'x it''s y'", "it's", "it''s");
    assertPlace("k: x\n  WO\n  RD", "WO RD", "WO\n  RD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | Long | 1",
        "-17 | Long | -17",
        "012 | Long | 12",
        "0x1F | Long | 31",
        "0o17 | Long | 15",
        "1.50 | BigDecimal | 1.50",
        "1e3 | BigDecimal | 1E+3",
        ".5 | BigDecimal | 0.5",
        "9223372036854775808 | BigDecimal | 9223372036854775808",
        "true | Boolean | true",
        "no | String | no",
        "yes | String | yes",
        "2026-01-01 | String | 2026-01-01",
        "\"1\" | String | 1",
        "1_000 | String | 1_000",
        "12:30 | String | 12:30",
        "1.2.3 | String | 1.2.3",
        "0x | String | 0x",
        "1e99999 | String | 1e99999",
      })
  void a_plain_word_has_the_value_of_the_core_schema(String text, String type, String value) {
    var read = scalar("k: " + text, "k").value().orElseThrow();
    assertThat(read.getClass().getSimpleName()).isEqualTo(type);
    assertThat(read.toString()).isEqualTo(value);
  }

  @Test
  void nothing_is_nothing_in_each_of_its_forms() {
    for (var form : List.of("", "~", "null", "Null", "NULL"))
      assertThat(scalar("k: " + form, "k").value()).isEqualTo(Optional.empty());
    assertThat(scalar("k: ''", "k").value()).contains("");
  }

  @Test
  void plain_data_has_what_the_text_says_in_its_order() {
    assertThat(read("b: [1, {x: 1.5}, ~]\na: {y: 'z'}\n").data())
        .contains(
            Map.of("b", List.of(1L, Map.of("x", new BigDecimal("1.5"))), "a", Map.of("y", "z")));
  }

  @Test
  void an_alias_is_read_as_what_it_stands_for() {
    assertThat(read("a: &x [1]\nb: *x\n").data())
        .contains(Map.of("a", List.of(1L), "b", List.of(1L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &a [*a]",
        "a: &a { b: { c: *a } }",
        "a: *none",
        "a: [",
        "a: {",
        "a: ]",
        "\"",
        "a: 'b",
        "a:\n\tb: c",
        "a: b: c",
        "- a\nb: c",
        "a: @x",
        "a: %x",
        "%YAML 9.9\n---\na: b",
        "a: !!java.io.File x\nb: !<",
        "{{ x }}: y",
        "? [a]\n: b",
        "a: |x\n  b",
        "a: \"\\q\"",
        "\u0000",
        "a: \u0007",
        "a: b\n--- c\n--- d",
        "a: &",
        "a: *",
        "a: \"\\U00110000\"",
        "",
        "# only a comment\n",
        "---\n...\n",
        "a: \ud800",
      })
  void what_is_wrong_is_a_sentence_with_a_place(String text) {
    assertThat(problems(text))
        .isNotEmpty()
        .allSatisfy(d -> {
          assertThat(d.message()).endsWith(".").doesNotContain("snakeyaml").doesNotContain("\n");
          assertThat(d.span().end()).isLessThanOrEqualTo(text.length());
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 5_000, 100_000})
  void deep_nesting_is_an_error_and_not_a_crash(int depth) {
    assertThat(problems("a: " + "[".repeat(depth) + "]".repeat(depth)))
        .extracting(Diagnostic::code)
        .containsOnly(Code.YAML_DEPTH);
    assertThat(problems("- ".repeat(depth) + "x"))
        .extracting(Diagnostic::code)
        .containsOnly(Code.YAML_DEPTH);
    assertThat(problems("a: " + "[".repeat(depth))).isNotEmpty();
  }

  @Test
  void an_alias_bomb_is_stopped() {
    var bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++)
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    assertThat(problems(bomb.toString()))
        .singleElement()
        .satisfies(d -> {
          assertThat(d.code()).isEqualTo(Code.YAML_ALIAS);
          assertThat(d.span().text()).isEqualTo("*a10");
        });
  }

  @Test
  void an_alias_is_that_of_its_own_document() {
    assertThat(problems("a: &x 1\nb: *x\n---\nc: *x\n"))
        .extracting(d -> d.code() + " " + d.span().line())
        .containsExactly("yaml-alias 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yaml-merge | <<: {a: 1}",
        "yaml-tag | a: !!int '3'",
        "yaml-tag | a: !foo b",
        "yaml-tag | !!map {a: 1}",
        "yaml-key | ? {a: 1}",
        "yaml-key | [a]: 1",
      })
  void what_yaml_allows_and_a_plan_does_not_need_is_refused(String code, String text) {
    assertThat(problems(text)).extracting(d -> d.code().toString()).containsExactly(code);
  }

  @Test
  void a_quoted_merge_key_is_a_key() {
    assertThat(read("'<<': 1").data()).contains(Map.of("<<", 1L));
  }

  @Test
  void a_byte_order_mark_moves_no_place() {
    assertThat(problems("\ufeffa: b: c").getFirst().span().toString()).isEqualTo("t.yaml:1:5");
    assertThat(problems("\ufeff\ufeffa: b: c")).isNotEmpty();
  }

  @Test
  void a_tab_is_refused_where_it_indents_and_taken_where_it_separates() {
    assertThat(read("a:\t1").data()).contains(Map.of("a", 1L));
    assertThat(problems("a:\n\tb: 1"))
        .singleElement()
        .satisfies(d -> assertThat(d.message()).isEqualTo("A tab cannot indent YAML."));
  }

  @Test
  void a_text_of_many_megabytes_is_not_read() {
    assertThat(problems("# " + "x".repeat(Utf8.LARGEST)))
        .extracting(Diagnostic::code)
        .containsExactly(Code.FILE_SIZE);
  }

  @Test
  void every_duplicate_key_is_named_with_the_line_of_the_first() {
    assertThat(problems("a: 1\nb: 2\na: 3\nc: { x: 1, x: 2 }\na: 4\n"))
        .extracting(d -> d.span().line() + " " + d.hints().getFirst())
        .containsExactly(
            "3 It was first given in line 1.",
            "4 It was first given in line 4.",
            "5 It was first given in line 1.");
  }

  @Test
  void a_plan_is_one_document_but_a_manifest_may_be_several() {
    var text = "a: 1\n---\n# nothing\n---\nb: 2\n";
    assertThat(problems(text))
        .singleElement()
        .satisfies(d -> {
          assertThat(d.code()).isEqualTo(Code.YAML_DOCUMENTS);
          assertThat(d.span().line()).isEqualTo(5);
        });
    assertThat(YamlReader.readAll(new Source("t", text), new Problems())).hasSize(2);
  }
}
