package runbook.sandbox.linode;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * What was asked for cannot be done, as the API says it: {@code {"errors": [{"reason": …, "field":
 * …}]}}.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;
  private final transient Optional<String> field;

  private Refusal(int status, Optional<String> field, String reason) {
    super(reason, null, false, false);
    this.status = status;
    this.field = field;
  }

  static Refusal of(int status, String reason) {
    return new Refusal(status, Optional.empty(), reason);
  }

  /** Status 400, not about one field. */
  static Refusal bad(String reason) {
    return of(400, reason);
  }

  /** Status 400. */
  static Refusal field(String field, String reason) {
    return new Refusal(400, Optional.of(field), reason);
  }

  static Refusal notFound() {
    return of(404, "Not found");
  }

  /** It is in a state in which that cannot be done to it. */
  static Refusal notActive(Volume v, String done) {
    return bad(
        "Volume %d is %s; only an active Volume can be %s"
            .formatted(v.id(), v.status().name().toLowerCase(Locale.ROOT), done));
  }

  static Refusal beingCloned(Volume v) {
    return bad("Volume " + v.id() + " is being cloned");
  }

  /** The HTTP status that says it. */
  public int status() {
    return status;
  }

  /** The field of the request that is to blame. */
  public Optional<String> field() {
    return field == null ? Optional.empty() : field;
  }

  static Refusal failed(IOException e) {
    return of(500, "Internal Server Error: " + e.getMessage());
  }

  /** Something that is done on this machine, whose own failure is none of the client's. */
  interface Work {
    void run() throws IOException;
  }

  static void unlessDone(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
