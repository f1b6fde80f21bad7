package runbook.sandbox.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A node whose containers are this machine: it starts commands here. */
public final class EchoKubelet implements Kubelet {
  @Override
  public InputStream log(String namespace, String pod, LogOptions options) {
    return new ByteArrayInputStream(
        ("one\ntwo\n" + options.tail() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Execution exec(
      String namespace,
      String pod,
      Optional<String> container,
      List<String> command,
      boolean stdin,
      boolean terminal) {
    try {
      var process = new ProcessBuilder(command).start();
      if (!stdin) process.getOutputStream().close();
      return new Execution() {
        @Override
        public OutputStream stdin() {
          return process.getOutputStream();
        }

        @Override
        public InputStream stdout() {
          return process.getInputStream();
        }

        @Override
        public InputStream stderr() {
          return process.getErrorStream();
        }

        @Override
        public int await() throws InterruptedException {
          return process.waitFor();
        }

        @Override
        public void kill() {
          process.destroyForcibly();
        }

        @Override
        public void close() {}
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Forward forward(String namespace, String pod, int port) throws IOException {
    throw new IOException("nobody listens at port " + port);
  }
}
