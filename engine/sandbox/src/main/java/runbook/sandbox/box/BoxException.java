package runbook.sandbox.box;

import java.io.IOException;

/** The machine did not do what a box needs; the message is one sentence for the user. */
public final class BoxException extends IOException {
  private static final long serialVersionUID = 1;

  public BoxException(String message) {
    super(message);
  }

  public BoxException(String message, Throwable cause) {
    super(message, cause);
  }
}
