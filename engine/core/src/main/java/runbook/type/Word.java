package runbook.type;

/**
 * A text that is handed to a process, with the mark whether it is a secret: what an environment
 * variable is given. Numbers and booleans are written out.
 */
public record Word(String value, boolean secret) {
  public static Word of(Object plain) {
    return plain instanceof Secret s
        ? new Word(s.reveal(), true)
        : new Word(String.valueOf(plain), false);
  }

  @Override
  public String toString() {
    return secret ? "‹secret›" : value;
  }
}
