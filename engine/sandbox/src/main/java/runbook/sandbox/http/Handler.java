package runbook.sandbox.http;

import java.io.IOException;

/** Answers requests, many at once. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one request. Whatever of the request's body is not read is passed over; an answer that
   * was begun is finished by the server.
   *
   * @throws IOException when the client is gone; the connection ends
   */
  void handle(Request request, Response response) throws IOException;
}
