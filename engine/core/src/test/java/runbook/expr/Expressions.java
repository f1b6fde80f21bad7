package runbook.expr;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import runbook.diag.Diagnostic;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.type.Quantity;
import runbook.type.Secret;
import runbook.type.Type;
import runbook.type.Type.Simple;

/** Expressions over a few parameters, read, checked and evaluated. */
final class Expressions {
  private Expressions() {}

  private static final Map<String, Type> PARAMETERS =
      Map.of(
          "n", Simple.INTEGER,
          "text", Simple.STRING,
          "share", Simple.NUMBER,
          "wait", Simple.DURATION,
          "space", Simple.QUANTITY,
          "list", new Type.ListOf(Simple.STRING),
          "map", new Type.MapOf(Simple.STRING),
          "token", Simple.SECRET);
  private static final Map<String, Object> VALUES =
      Map.of(
          "n",
          3L,
          "text",
          "abc",
          "share",
          new BigDecimal("0.25"),
          "wait",
          Duration.ofSeconds(90),
          "space",
          Quantity.parse("2Gi").orElseThrow(),
          "list",
          List.of("a", "b"),
          "map",
          Map.of("key", "value", "od'd", "x"),
          "token",
          new Secret("token", "hunter2"));

  static final Scope SCOPE =
      new Scope() {
        @Override
        public Set<String> roots() {
          return Set.of("parameters", "steps", "run");
        }

        @Override
        public Collection<String> members(String root) {
          return root.equals("parameters") ? PARAMETERS.keySet() : List.of();
        }

        @Override
        public Optional<Type> type(String root, Optional<String> member, Span at, Problems p) {
          return member.map(PARAMETERS::get);
        }
      };

  /** A template in a source of its own, whose places are those of the text. */
  static Template parse(String text, Problems problems) {
    var source = new Source("t", text);
    return Template.parse(text, (a, b) -> new Span(source, a, b), problems);
  }

  static Object value(String expression) {
    return template("${" + expression + "}");
  }

  static Object template(String text) {
    var problems = new Problems();
    var template = parse(text, problems);
    assertThat(problems.sorted()).isEmpty();
    return template.evaluate(Map.of("parameters", VALUES));
  }

  static List<Diagnostic> problems(String text) {
    var problems = new Problems();
    parse(text, problems).check(SCOPE, problems);
    return problems.sorted();
  }

  static Type type(String expression) {
    var problems = new Problems();
    var type = parse("${" + expression + "}", problems).check(SCOPE, problems);
    assertThat(problems.sorted()).isEmpty();
    return type;
  }
}
