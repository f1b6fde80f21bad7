package runbook.sandbox.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The servers behind the edge. */
@FunctionalInterface
public interface Origin {
  /** A connection to one of them, on which HTTP/1 is spoken. */
  interface Connection extends AutoCloseable {
    InputStream in();

    OutputStream out();

    @Override
    void close();
  }

  /**
   * Connects to what serves a host.
   *
   * @throws IOException when nothing does, saying why
   */
  Connection connect(String host) throws IOException;
}
