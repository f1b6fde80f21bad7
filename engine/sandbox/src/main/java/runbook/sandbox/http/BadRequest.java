package runbook.sandbox.http;

import java.io.IOException;

/** What came is no request that is answered; the connection ends after the answer. */
public final class BadRequest extends IOException {
  private static final long serialVersionUID = 1;
  private final int status;

  public BadRequest(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
