package runbook.type;

/**
 * A text that nobody may see: it is never journalled, logged or shown; what is derived from it is
 * one too. Every way of printing it gives its name.
 */
public final class Secret {
  private final String name;
  private final String value;

  public Secret(String name, String value) {
    this.name = name;
    this.value = value;
  }

  /** Where it came from, for people: the parameter's name. */
  public String name() {
    return name;
  }

  /** The text itself; only for the call that needs it. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret s && s.value.equals(value);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "‹secret " + name + "›";
  }
}
