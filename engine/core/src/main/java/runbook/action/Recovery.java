package runbook.action;

/** What to do about an action that began and never said that it ended. */
public sealed interface Recovery<O extends Output> {
  /** Why, for the journal. */
  String reason();

  /** It was done: here is the result. */
  record Done<O extends Output>(O result, String reason) implements Recovery<O> {}

  /** It was not done, or doing it again is harmless: {@link Action#run} it. */
  record Repeat<O extends Output>(String reason) implements Recovery<O> {}

  /** It is still going on: {@link Action#run} finds it and waits for its end. */
  record Attach<O extends Output>(String reason) implements Recovery<O> {}

  /** Only a person can tell. */
  record Ask<O extends Output>(String reason) implements Recovery<O> {}
}
