package runbook.check;

import java.util.Optional;

/**
 * What an argument is, as far as it is known before the run.
 *
 * @param text equal for equal expressions over equal values
 * @param value what it is if parameters have their defaults
 * @param fixed whether no parameter can make it another
 */
record Symbol(String text, Optional<Object> value, boolean fixed) {

  /** A text that the plan has. */
  static Symbol of(String text) {
    return new Symbol("'" + text + "'", Optional.of(text), true);
  }

  /** Whether both are the same whatever the parameters are. */
  boolean isAlways(Symbol other) {
    return text.equals(other.text)
        || fixed && other.fixed && value.isPresent() && value.equals(other.value);
  }

  /** For people: the value where the plan has it, otherwise the expression. */
  String title() {
    return fixed && value.isPresent() ? String.valueOf(value.get()) : text;
  }
}
