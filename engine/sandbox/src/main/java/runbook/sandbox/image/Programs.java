package runbook.sandbox.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine to their end. */
final class Programs {
  private Programs() {}

  record Result(int status, String output) {}

  /** Where a program lies on a search path as the PATH variable has it. */
  static Optional<Path> find(String searchPath, String program) {
    return Arrays.stream(searchPath.split(":"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Result run(Duration limit, List<String> command) throws IOException {
    return run(limit, command, InputStream.nullInputStream());
  }

  /** Feeds it the input; gives its status and both outputs together. */
  static Result run(Duration limit, List<String> command, InputStream input) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread watchdog =
        Thread.ofVirtual()
            .start(() -> {
              try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                  process.destroyForcibly();
                }
              } catch (InterruptedException e) {
                // it has ended
              }
            });
    Thread feeder =
        Thread.ofVirtual()
            .start(() -> {
              try (OutputStream stdin = process.getOutputStream()) {
                input.transferTo(stdin);
              } catch (IOException e) {
                // it read no further; its status tells
              }
            });
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      feeder.join();
      return new Result(status, output);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while `%s` ran".formatted(command.getFirst()), e);
    } finally {
      watchdog.interrupt();
    }
  }
}
