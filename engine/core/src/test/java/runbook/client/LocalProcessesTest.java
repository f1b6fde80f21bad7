package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.world.Cluster.Ended;
import runbook.world.Failure;

/** Real processes of this machine. */
@Timeout(60)
final class LocalProcessesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

  @TempDir private Path folder;

  private final LocalProcesses local = new LocalProcesses();

  private Ended sh(String script, Optional<InputStream> in, OutputStream out, Duration limit) {
    return local.run(
        List.of("sh", "-c", script), folder, Map.of("COLOUR", "red"), in, out, NOWHERE, limit);
  }

  private static Optional<InputStream> input(int bytes) {
    return Optional.of(new ByteArrayInputStream(new byte[bytes]));
  }

  @Test
  void a_process_gives_its_code_and_both_outputs_and_sees_folder_and_environment() {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var ended =
        local.run(
            List.of("sh", "-c", "pwd -P; echo $COLOUR; echo no >&2; exit 7"),
            folder,
            Map.of("COLOUR", "red"),
            Optional.empty(),
            out,
            err,
            LIMIT);
    assertThat(ended).isEqualTo(new Ended.Exited(7));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(folder + "\nred\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("no\n");
  }

  @Test
  void much_goes_in_and_out_at_once() {
    var counted = new ByteArrayOutputStream();
    var ended = sh("tee /dev/stderr | wc -c", input(20 << 20), counted, LIMIT);
    assertThat(ended).isEqualTo(new Ended.Exited(0));
    assertThat(counted.toString(StandardCharsets.UTF_8).strip()).isEqualTo("" + (20 << 20));
  }

  @Test
  void a_process_that_does_not_read_all_still_gives_its_exit_code() {
    assertThat(sh("head -c 10 >/dev/null; exit 9", input(20 << 20), NOWHERE, LIMIT))
        .isEqualTo(new Ended.Exited(9));
  }

  @Test
  void input_that_cannot_be_read_is_not_taken_for_its_end() {
    var broken =
        new InputStream() {
          private int given;

          @Override
          public int read() throws IOException {
            if (given++ < 100_000) return 'x';
            throw new IOException("disk gone");
          }
        };
    assertThat(sh("cat >/dev/null", Optional.of(broken), NOWHERE, LIMIT))
        .isInstanceOfSatisfying(
            Ended.Unknown.class, e -> assertThat(e.why()).contains("input").contains("disk gone"));
  }

  @Test
  void output_that_cannot_be_taken_is_not_lost_in_silence() {
    var full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThat(sh("echo x; exit 0", Optional.empty(), full, LIMIT))
        .isInstanceOfSatisfying(
            Ended.Unknown.class, e -> assertThat(e.why()).contains("No space left"));
  }

  @Test
  void beyond_the_limit_it_is_killed_with_its_children_and_says_nothing_more() throws Exception {
    var out = new ByteArrayOutputStream();
    var ended =
        sh(
            "sleep 300 & echo $!; while :; do echo y; sleep 0.01; done",
            Optional.empty(),
            out,
            Duration.ofSeconds(1));
    assertThat(ended).isInstanceOf(Ended.Unknown.class);
    int size = out.size();
    var child = Long.parseLong(out.toString(StandardCharsets.UTF_8).lines().findFirst().orElse(""));
    for (int i = 0;
        i < 50 && ProcessHandle.of(child).filter(ProcessHandle::isAlive).isPresent();
        i++) Thread.sleep(100);
    assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(out.size()).isEqualTo(size);
  }

  @Test
  void an_interrupt_stops_it() throws Exception {
    var thrown = new AtomicReference<Throwable>();
    var running =
        Thread.ofVirtual()
            .start(() -> {
              try {
                sh("sleep 300", Optional.empty(), NOWHERE, Duration.ofMinutes(5));
              } catch (Failure f) {
                thrown.set(f);
              }
            });
    Thread.sleep(300);
    running.interrupt();
    running.join();
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.STOPPED));
  }

  @Test
  void what_cannot_be_started_is_a_failure_that_names_it() {
    assertThatThrownBy(() ->
            local.run(
                List.of("no-such-program"),
                folder,
                Map.of(),
                Optional.empty(),
                NOWHERE,
                NOWHERE,
                LIMIT))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no-such-program");
    assertThatThrownBy(() ->
            local.run(
                List.of("true"),
                folder.resolve("none"),
                Map.of(),
                Optional.empty(),
                NOWHERE,
                NOWHERE,
                LIMIT))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("There is no folder");
  }
}
