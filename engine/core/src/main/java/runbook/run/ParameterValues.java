package runbook.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Spelling;
import runbook.plan.Plan;
import runbook.type.Conversion;
import runbook.type.Secret;
import runbook.type.Type;
import runbook.world.Failure;
import runbook.yaml.YamlReader;

/** Finds the value of every parameter: what was said, else the environment, else the default. */
public final class ParameterValues {
  private final Plan plan;
  private final Map<String, String> environment;
  private final List<String> complaints = new ArrayList<>();

  private ParameterValues(Plan plan, Map<String, String> environment) {
    this.plan = plan;
    this.environment = environment;
  }

  /**
   * @param texts from the command line, to be read by the parameter's type
   * @param values from a file, plain values
   * @throws Failure that lists everything that is missing or wrong
   */
  public static Map<String, Object> resolve(
      Plan plan,
      Map<String, String> texts,
      Map<String, Object> values,
      Map<String, String> environment) {
    var self = new ParameterValues(plan, environment);
    var out = new LinkedHashMap<String, Object>();
    self.unknown(texts.keySet());
    self.unknown(values.keySet());
    for (var parameter : plan.parameters().values()) {
      self.value(
              parameter,
              Optional.ofNullable(texts.get(parameter.name())),
              Optional.ofNullable(values.get(parameter.name())))
          .ifPresent(v -> out.put(parameter.name(), v));
    }
    if (self.complaints.isEmpty()) return out;
    var remedy =
        "Give parameters with `--set name=value` or `--values FILE`, or change their default in the plan.";
    if (self.complaints.size() == 1) throw Failure.refused(self.complaints.getFirst(), remedy);
    throw Failure.refused(
            self.complaints.size() + " things are wrong with the parameters; nothing was begun.",
            remedy)
        .withDetail(String.join("\n", self.complaints));
  }

  private void unknown(Iterable<String> names) {
    for (var name : names) {
      if (plan.parameters().containsKey(name)) continue;
      complaints.add(
          "There is no parameter `"
              + name
              + "`. "
              + Spelling.hint(name, plan.parameters().keySet()).orElse(""));
    }
  }

  private Optional<Object> value(Plan.Parameter p, Optional<String> text, Optional<Object> value) {
    var fromEnvironment =
        p.env().flatMap(e -> Optional.ofNullable(environment.get(e))).filter(v -> !v.isEmpty());
    if (p.type() == Type.Simple.SECRET)
      return secret(p, fromEnvironment, text.isPresent() || value.isPresent());
    try {
      Optional<Object> given =
          text.map(t -> read(p, t)).or(() -> value).or(() -> fromEnvironment.map(t -> read(p, t)));
      if (given.isEmpty()) {
        if (p.preset().isEmpty()) {
          complaints.add(
              "The parameter `"
                  + p.name()
                  + "` has no value"
                  + p.env().map(e -> ", and `" + e + "` is not set").orElse("")
                  + "."
                  + (p.doc().isEmpty() ? "" : " " + p.doc()));
        }
        return p.preset();
      }
      var typed = Conversion.convert(p.type(), given.get());
      if (!p.oneOf().isEmpty() && !p.oneOf().contains(typed))
        throw new IllegalArgumentException("`" + given.get() + "` is none of " + choices(p) + ".");
      return Optional.of(typed);
    } catch (IllegalArgumentException e) {
      complaints.add("The parameter `" + p.name() + "`: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static String choices(Plan.Parameter p) {
    return p.oneOf().stream()
        .map(v -> "`" + Conversion.written(v) + "`")
        .collect(Collectors.joining(", "));
  }

  /**
   * A secret comes from the environment alone: a command line is seen by everybody on the machine.
   */
  private Optional<Object> secret(
      Plan.Parameter p, Optional<String> fromEnvironment, boolean said) {
    if (said)
      complaints.add(
          "The parameter `"
              + p.name()
              + "` is a secret and is given by `"
              + p.env().orElse("its environment variable")
              + "` only.");
    if (fromEnvironment.isEmpty() && !said)
      complaints.add(
          "The secret `" + p.name() + "` is missing: `" + p.env().orElse("") + "` is not set.");
    return fromEnvironment.map(v -> new Secret(p.name(), v));
  }

  /** A text as the type has it: lists as {@code a,b} or in YAML. */
  private static Object read(Plan.Parameter p, String text) {
    if (p.type() instanceof Type.ListOf && !text.strip().startsWith("[")) {
      return text.isBlank() ? List.of() : List.of((Object[]) text.strip().split("\\s*,\\s*"));
    }
    boolean structured = p.type() instanceof Type.ListOf || p.type() instanceof Type.MapOf;
    boolean literal =
        p.type() == Type.Simple.INTEGER
            || p.type() == Type.Simple.NUMBER
            || p.type() == Type.Simple.BOOLEAN;
    if (!structured && !literal) return text;
    var problems = new Problems();
    return YamlReader.read(new Source("--set " + p.name(), text), problems)
        .flatMap(y -> y.data())
        .orElseThrow(
            () -> new IllegalArgumentException("`" + text + "` is not " + p.type().title() + "."));
  }
}
