package runbook.expr;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.type.Type;
import runbook.type.Type.Simple;

/**
 * A pure function that expressions may call: {@code upper(parameters.name)}.
 *
 * @param doc what it gives, in sentences
 * @param overSecrets whether it may be given a secret; what it makes of one is one
 * @param example an expression with literals only
 * @param gives what the example is, as people write it
 */
public record Function(
    String name,
    String doc,
    List<Parameter> parameters,
    Result result,
    boolean overSecrets,
    String example,
    String gives,
    Body body) {

  /** What a call gives for each parameter, in order. */
  public record Parameter(String name, Type type) {}

  /** The type of what a call gives. */
  public sealed interface Result {
    /** Always the same. */
    record Of(Type type) implements Result {}

    /** That of an element of the first argument, which is a list. */
    record ElementOfFirst() implements Result {}

    /** That of the first argument. */
    record First() implements Result {}
  }

  /**
   * Computes it of values of the parameters' types; an {@link ArithmeticException} says why not.
   */
  interface Body {
    Object apply(List<Object> arguments);
  }

  /** The type of a call with arguments of these types. */
  Type type(List<Type> arguments) {
    if (overSecrets && arguments.stream().anyMatch(Type::holdsSecret)) return Simple.SECRET;
    return switch (result) {
      case Result.Of(var always) -> always;
      case Result.ElementOfFirst _ ->
          arguments.getFirst() instanceof Type.ListOf(var e) ? e : Simple.ANY;
      case Result.First _ ->
          arguments.getFirst() instanceof Type.ListOf ? arguments.getFirst() : ANY_LIST;
    };
  }

  private static final Type ANY_LIST = new Type.ListOf(Simple.ANY);

  /** How it is called: {@code replace(text, part, by)}. */
  public String call() {
    return parameters.stream()
        .map(Parameter::name)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }

  /** For people: {@code a string}, {@code an element of the list}. */
  public String resultTitle() {
    return switch (result) {
      case Result.Of(var type) -> type.title();
      case Result.ElementOfFirst _ -> "an element of the list";
      case Result.First _ -> "a list like the given one";
    };
  }

  /** All of them, in the order of the reference; one that takes different things is there twice. */
  public static List<Function> all() {
    return Functions.ALL;
  }

  /** The forms of one function. */
  static List<Function> named(String name) {
    return Functions.ALL.stream().filter(f -> f.name.equals(name)).toList();
  }

  /** The form whose first parameter takes this. */
  static Optional<Function> of(List<Function> forms, Type first) {
    return forms.stream()
        .filter(f -> !f.parameters.isEmpty() && f.parameters.getFirst().type().accepts(first))
        .findFirst();
  }
}
