package runbook.expr;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import runbook.diag.Fuzz;
import runbook.diag.Problems;
import runbook.diag.Renderer;
import runbook.diag.Span;
import runbook.type.FileRef;
import runbook.type.Quantity;
import runbook.type.Secret;
import runbook.type.Type;
import runbook.type.Type.Simple;

/**
 * Of any expression: no exception but ours, no hang, and no secret told; and what checks without a
 * problem has a value of its type, or none and says why. {@code -Dfuzz.times=50} tries as many.
 */
final class ExpressionPropertyTest {
  private static final long CASES = Fuzz.cases(20_000);

  private static final Type GIVES =
      new Type.Struct(
          "act",
          true,
          Map.of(
              "code", new Type.Field(Simple.INTEGER, false, ""),
              "text", new Type.Field(Simple.STRING, false, ""),
              "list", new Type.Field(new Type.ListOf(Simple.STRING), false, ""),
              "note", new Type.Field(Simple.STRING, true, "")));

  private static final Map<String, Type> PARAMETERS =
      Map.of(
          "n", Simple.INTEGER,
          "text", Simple.STRING,
          "share", Simple.NUMBER,
          "flag", Simple.BOOLEAN,
          "wait", Simple.DURATION,
          "space", Simple.QUANTITY,
          "list", new Type.ListOf(Simple.STRING),
          "map", new Type.MapOf(Simple.STRING),
          "data", Simple.ANY,
          "token", Simple.SECRET);

  private static final Scope SCOPE =
      new Scope() {
        @Override
        public Set<String> roots() {
          return Set.of("parameters", "steps", "run");
        }

        @Override
        public Collection<String> members(String root) {
          return root.equals("parameters") ? PARAMETERS.keySet() : List.of("x", "y");
        }

        @Override
        public Optional<Type> type(String root, Optional<String> member, Span at, Problems p) {
          return switch (root) {
            case "run" ->
                Optional.of(
                    new Type.Struct(
                        "run", false, Map.of("id", new Type.Field(Simple.STRING, false, ""))));
            case "steps" -> Optional.of(GIVES);
            default -> {
              var type = PARAMETERS.get(member.orElseThrow());
              if (type == null)
                p.error(runbook.diag.Code.UNKNOWN_PARAMETER, at, "There is no such parameter.");
              yield Optional.ofNullable(type);
            }
          };
        }

        @Override
        public Optional<String> skippable(String step) {
          return step.equals("x") ? Optional.of("${parameters.flag}") : Optional.empty();
        }
      };

  private static Map<String, Object> names(Random random) {
    var sparse = Map.<String, Object>of("code", 0L, "text", "", "list", List.of());
    var full = Map.<String, Object>of("code", 3L, "text", "a b", "list", List.of("a"), "note", "n");
    return Map.of(
        "parameters",
        Map.of(
            "n", random.nextBoolean() ? random.nextLong() : random.nextLong(-3, 4),
            "text", List.of("abc", "", "a".repeat(300), "15.18").get(random.nextInt(4)),
            "share", new BigDecimal("0.25"),
            "flag", random.nextBoolean(),
            "wait", Duration.ofMillis(random.nextLong(1L << 40)),
            "space", Quantity.parse("2Gi").orElseThrow(),
            "list", random.nextBoolean() ? List.of() : List.of("a", "b"),
            "map", Map.of("key", "value"),
            "data", Map.of("a", random.nextBoolean() ? 1L : "one", "b", List.of(true)),
            "token", new Secret("token", "hunter2-Hunter2")),
        "steps",
        random.nextBoolean() ? Map.of("x", full, "y", sparse) : Map.of("y", full),
        "run",
        Map.of("id", "r1"));
  }

  private record Outcome(boolean clean, boolean evaluated) {}

  private static Outcome run(String text, Random random) {
    var problems = new Problems();
    try {
      var template = Expressions.parse(text, problems);
      var type = template.check(SCOPE, problems);
      Renderer.render(problems.sorted());
      for (var d : problems.sorted()) assertThat(d.message()).matches("(?s)[A-Z`].*\\.");
      boolean clean = !problems.hasErrors();
      Object value;
      try {
        value = template.evaluate(names(random));
      } catch (EvaluationException e) {
        assertThat(e.getMessage()).matches("(?s)[A-Z`].*\\.").doesNotContainIgnoringCase("hunter2");
        if (clean)
          assertThat(e.getMessage().replaceAll("(?s)`.*`", "_"))
              .doesNotContain("jexl", "Exception", "java.", "cannot be computed.", "null");
        return new Outcome(clean, false);
      }
      if (clean) {
        assertThat(isOf(type, value)).as("%s is %s", value, type).isTrue();
        if (!type.holdsSecret()) assertThat(value.toString()).doesNotContainIgnoringCase("hunter2");
      }
      return new Outcome(clean, true);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("of " + text, e);
    }
  }

  private static boolean isOf(Type type, Object value) {
    return switch (type) {
      case Simple s ->
          switch (s) {
            case STRING, FILE, PATH, WORD ->
                value instanceof String || value instanceof FileRef || value instanceof Path;
            case INTEGER -> value instanceof Long;
            case NUMBER -> value instanceof Long || value instanceof BigDecimal;
            case BOOLEAN -> value instanceof Boolean;
            case DURATION -> value instanceof Duration;
            case QUANTITY -> value instanceof Quantity;
            // what may be a secret is taken for one
            case SECRET -> true;
            case ANY -> Secrecy.in(value).isEmpty();
          };
      case Type.ListOf(var e) -> value instanceof List<?> l && l.stream().allMatch(v -> isOf(e, v));
      case Type.MapOf(var of) ->
          value instanceof Map<?, ?> m && m.values().stream().allMatch(v -> isOf(of, v));
      case Type.Choice(var words) -> words.contains(value);
      case Type.Struct s ->
          value instanceof Map<?, ?> m
              && s.fields().entrySet().stream()
                  .allMatch(f ->
                      m.containsKey(f.getKey())
                          ? isOf(f.getValue().type(), m.get(f.getKey()))
                          : f.getValue().optional());
    };
  }

  @Test
  void what_checks_without_a_problem_has_a_value_of_its_type_or_says_why_not() {
    var random = Fuzz.random(11);
    var expressions = new RandomExpressions(random);
    long clean = 0;
    long evaluated = 0;
    for (long i = 0; i < CASES; i++) {
      var text = "${" + expressions.any(1 + random.nextInt(4)) + "}";
      if (random.nextInt(5) == 0) text = "a " + text + text;
      var outcome = run(text, random);
      if (outcome.clean) clean++;
      if (outcome.clean && outcome.evaluated) evaluated++;
    }
    // otherwise this would tell nothing
    assertThat(clean).isGreaterThan(CASES / 4);
    assertThat(evaluated).isGreaterThan(CASES / 8);
    System.out.printf(
        "%d expressions, %d clean, %d of them with a value%n", CASES, clean, evaluated);
  }

  @Test
  void no_text_makes_it_crash_or_hang() {
    var random = Fuzz.random(12);
    for (long i = 0; i < CASES; i++) {
      var text = new StringBuilder("${");
      for (int n = random.nextInt(12); n > 0; n--)
        text.append(RandomExpressions.PIECES.get(random.nextInt(RandomExpressions.PIECES.size())));
      run(text + "}", random);
    }
  }

  @Test
  void a_changed_expression_does_neither() {
    var random = Fuzz.random(13);
    var expressions = new RandomExpressions(random);
    for (long i = 0; i < CASES; i++) {
      var text = new StringBuilder(expressions.any(3));
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextInt(text.length() + 1);
        if (random.nextBoolean())
          text.insert(
              at, RandomExpressions.PIECES.get(random.nextInt(RandomExpressions.PIECES.size())));
        else text.delete(at, Math.min(text.length(), at + random.nextInt(4)));
      }
      run("${" + text + "}", random);
    }
  }

  @Test
  void depth_and_length_are_problems_and_nothing_else() {
    for (var part :
        List.of(
            "(",
            "[",
            "!",
            "-",
            "not ",
            "upper(",
            "a[",
            "1+",
            "true ? 1 : ",
            "a ?? ",
            "f(a)[",
            "{",
            "parameters.n - ",
            "parameters.map.",
            "'",
            "(a)(",
            "a.b(",
            "size ",
            "empty "))
      for (int n : new int[] {5, 20, 60, 500, 3_000, 20_000})
        run("${" + part.repeat(n) + "1}", new Random(n));
  }

  @Test
  void what_is_too_deep_for_a_small_stack_leaves_nothing_behind() throws InterruptedException {
    var thread =
        new Thread(
            null,
            () -> {
              for (var part : List.of("(", "upper(", "true ? 1 : ", "a ?? ", "!"))
                for (int n : new int[] {20, 49, 300})
                  run("${" + part.repeat(n) + "1" + ")".repeat(n) + "}", new Random(n));
            },
            "small",
            150_000);
    thread.start();
    thread.join();
    assertThat(Expressions.problems("${1e9steps}")).isNotEmpty();
    assertThat(Expressions.value("1 + 1")).isEqualTo(2L);
  }
}
