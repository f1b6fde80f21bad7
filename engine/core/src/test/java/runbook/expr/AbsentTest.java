package runbook.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static runbook.expr.Expressions.parse;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import runbook.diag.Code;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Span;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** What a skipped step gives, and an output that is there only sometimes. */
final class AbsentTest {
  private static final Type GIVES =
      new Type.Struct(
          "act",
          true,
          Map.of(
              "code", new Type.Field(Simple.INTEGER, false, ""),
              "list", new Type.Field(new Type.ListOf(Simple.STRING), false, ""),
              "note", new Type.Field(Simple.STRING, true, "")));

  /** The step {@code x} may be skipped, {@code y} surely ran. */
  private static final Scope SCOPE =
      new Scope() {
        @Override
        public Set<String> roots() {
          return Set.of("steps");
        }

        @Override
        public Collection<String> members(String root) {
          return List.of("x", "y");
        }

        @Override
        public Optional<Type> type(String root, Optional<String> member, Span at, Problems p) {
          return Optional.of(GIVES);
        }

        @Override
        public Optional<String> skippable(String step) {
          return step.equals("x") ? Optional.of("${parameters.check}") : Optional.empty();
        }
      };

  private static final Map<String, Object> GIVEN =
      Map.of("code", 0L, "list", List.of("a"), "note", "n");
  private static final Map<String, Object> FULL = Map.of("x", GIVEN, "y", GIVEN);
  private static final Map<String, Object> SPARSE =
      Map.of("y", Map.of("code", 1L, "list", List.of()));

  private static List<Diagnostic> problems(String expression) {
    var problems = new Problems();
    parse("${" + expression + "}", problems).check(SCOPE, problems);
    return problems.sorted();
  }

  private static Object value(String expression, Map<String, Object> steps) {
    return parse("${" + expression + "}", new Problems()).evaluate(Map.of("steps", steps));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "steps.x == null ; false ; true",
        "null != steps.x ; true ; false",
        "empty(steps.x) ; false ; true",
        "not empty steps.x ; true ; false",
        "steps.x == null ? 7 : steps.x.code ; 0 ; 7",
        "steps.x != null ? steps.x.code : 7 ; 0 ; 7",
        "!(steps.x != null) ? 7 : steps['x'].code ; 0 ; 7",
        "(steps.x != null and steps.y.code == 1 ? steps.x.code : 7) + 0 ; 7 ; 7",
        "steps.x != null && steps.x.code == 0 ; true ; false",
        "steps.x == null || steps.x.code > 0 ; false ; true",
        "empty(steps.x) or steps.x.code != 0 ; false ; true",
        "empty(steps.x) ? 'no' : first(steps.x.list) ; a ; no",
        "steps.x.code ?? 7 ; 0 ; 7",
        "steps.x.note ?? steps.y.note ?? 'none' ; n ; none",
        "(steps.x ?? steps.y).code ; 0 ; 1",
        "steps.y.note ?? 'none' ; n ; none",
        "steps.y.note == null ? 'none' : steps.y.note + '!' ; n! ; none",
        "steps.x.note != null ? steps.x.code : 7 ; 0 ; 7",
        "steps.y.list[0] ?? 'none' ; a ; none",
        "first(steps.y.list) ?? 'none' ; a ; none",
        "size(steps.x.list ?? []) ; 1 ; 0",
        "empty(steps.y.list) ; false ; true",
        "extract(steps.y.note ?? '', 'n', 0) ?? 'none' ; n ; none",
      })
  void what_is_asked_for_first_can_be_used(String expression, String full, String sparse) {
    assertThat(problems(expression)).isEmpty();
    assertThat(String.valueOf(value(expression, FULL))).isEqualTo(full);
    assertThat(String.valueOf(value(expression, SPARSE))).isEqualTo(sparse);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "steps.x ; x",
        "steps.x.code ; x",
        "steps.x.code + steps.x.code ; x",
        "steps.x == null ? steps.x.code : 7 ; x",
        "steps.x != null || steps.x.code == 0 ; x",
        "steps.x == null && steps.x.code == 0 ; x",
        "steps.x.code == 0 && steps.x != null ; x",
        "steps.y == null ? 7 : steps.x.code ; x",
        "steps.y.code ?? steps.x.code ; x",
        "!(steps.x == null && steps.y.code == 0) ? steps.x.code : 7 ; x",
        "(steps.x != null) == (steps.x.code == 0) ; x",
        "size(steps.x.list) ; x",
        "[steps.x.code] ; x",
        "steps.y.note ; note",
        "upper(steps.y.note) ; note",
        "steps.x == null ? 'none' : steps.x.note ; note",
        "steps.y.note == null ? steps.y.note : 'x' ; note",
      })
  void what_is_not_is_refused_once_and_at_its_place(String expression, String place) {
    assertThat(problems(expression))
        .singleElement()
        .satisfies(d -> {
          assertThat(d.code()).isEqualTo(Code.MAY_BE_ABSENT);
          assertThat(d.span().text()).isEqualTo(place);
          assertThat(d.hints().getFirst()).contains("==", "??");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"steps.x.code", "steps.x", "steps.y.note", "steps.x.code ?? steps.x.code"})
  void used_nevertheless_it_has_no_value_and_says_why(String expression) {
    assertThatThrownBy(() -> value(expression, SPARSE))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith("`" + expression + "` has no value, since ")
        .hasMessageEndingWith(".");
  }

  @Test
  void what_is_unknown_so_early_is_not_taken_for_absent() {
    var template = parse("${steps.x == null ? 1 : 2}", new Problems());
    assertThatThrownBy(() -> template.evaluate(Map.of())).isInstanceOf(EvaluationException.class);
    var parameter = parse("${parameters.x ?? 1}", new Problems());
    assertThatThrownBy(() -> parameter.evaluate(Map.of("parameters", Map.of())))
        .isInstanceOf(EvaluationException.class);
  }
}
