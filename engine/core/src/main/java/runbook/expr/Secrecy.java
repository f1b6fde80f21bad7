package runbook.expr;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.type.Secret;

/** Finds secrets within values. */
final class Secrecy {
  private Secrecy() {}

  /** The first secret that a value is or has in it. */
  static Optional<Secret> in(Object value) {
    return switch (value) {
      case Secret s -> Optional.of(s);
      case List<?> list -> list.stream().flatMap(v -> in(v).stream()).findFirst();
      case Map<?, ?> map -> map.values().stream().flatMap(v -> in(v).stream()).findFirst();
      default -> Optional.empty();
    };
  }

  /** The value with the texts of its secrets; what is made of it is a secret. */
  static Object revealed(Object value) {
    return switch (value) {
      case Secret s -> s.reveal();
      case List<?> list -> list.stream().map(Secrecy::revealed).toList();
      default -> value;
    };
  }
}
