package runbook.expr;

import java.util.ArrayList;
import java.util.List;
import runbook.type.Conversion;
import runbook.type.Secret;
import runbook.type.Type;

/** Carries out calls of functions. */
final class Calls {
  private Calls() {}

  /** What a function gives; an {@link ArithmeticException} says why it gives nothing. */
  static Object call(String name, List<Object> given) {
    var forms = Function.named(name);
    if (forms.isEmpty()) throw new ArithmeticException("there is no function `" + name + "`");
    var function =
        forms.stream()
            .filter(f -> f.parameters().getFirst().type() instanceof Type.ListOf)
            .filter(_ -> !given.isEmpty() && given.getFirst() instanceof List)
            .findFirst()
            .orElse(forms.getFirst());
    var parameters = function.parameters();
    if (given.size() != parameters.size())
      throw new ArithmeticException("it is called as `" + function.call() + "`");
    var secret = given.stream().flatMap(g -> Secrecy.in(g).stream()).findFirst();
    if (secret.isPresent() && !function.overSecrets())
      throw new ArithmeticException("`" + name + "` would tell about a secret");
    var arguments = new ArrayList<Object>();
    for (int i = 0; i < parameters.size(); i++)
      arguments.add(argument(function, parameters.get(i), given.get(i)));
    var value = function.body().apply(arguments);
    if (value instanceof String text) Functions.bound(text.length());
    return secret.isPresent()
        ? new Secret(secret.get().name(), String.valueOf(value))
        : Values.plain(value);
  }

  private static Object argument(Function function, Function.Parameter parameter, Object value) {
    try {
      return Conversion.convert(parameter.type(), Secrecy.revealed(value));
    } catch (IllegalArgumentException e) {
      // the words quote the value
      boolean secret = Secrecy.in(value).isPresent();
      throw new ArithmeticException(
          (secret ? "this secret is not what is needed" : Words.clause(e.getMessage()))
              + ", as `"
              + parameter.name()
              + "` of `"
              + function.call()
              + "`");
    }
  }
}
