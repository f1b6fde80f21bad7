package runbook.sandbox.image;

import java.io.IOException;

/** An image cannot be had; the message is what a kubelet would tell of a failed pull. */
public final class ImageException extends IOException {
  private static final long serialVersionUID = 1;

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
