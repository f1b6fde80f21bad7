package runbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code plan lsp} as an editor starts it. */
@Timeout(180)
final class LspProcessTest {
  private static final String PLAN = "../../plans/postgres-upgrade.yaml";

  private static Process start(List<String> options, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "runbook.cli.Start"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void send(Process server, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var out = server.getOutputStream();
    out.write(("Content-Length: " + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }

  /** The next message, if it is one: anything else on standard output is a mistake. */
  private static String receive(Process server) throws IOException {
    var in = server.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      assertThat(c).as("after `%s`", head).isNotNegative();
      head.append((char) c);
    }
    assertThat(head.toString()).matches("Content-Length: \\d+\r\n\r\n");
    int length = Integer.parseInt(head.toString().replaceAll("\\D", ""));
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String opened(String text) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{"
        + "\"uri\":\"file:///tmp/x.yaml\",\"languageId\":\"yaml\",\"version\":1,\"text\":\""
        + text
        + "\"}}}";
  }

  private static String request(int id, String method) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{}}";
  }

  @Test
  void speaks_nothing_but_the_protocol_and_ends_well() throws Exception {
    var server = start(List.of(), "lsp", "--stdio");
    try {
      send(server, request(1, "initialize"));
      assertThat(receive(server)).contains("\"completionProvider\"").contains("\"id\":1");
      send(server, opened("plan: x\\nsteps:\\n  - exce: {}\\n"));
      assertThat(receive(server)).contains("unknown-action").contains("Did you mean `exec`?");
      send(server, request(2, "shutdown"));
      assertThat(receive(server)).contains("\"id\":2");
      send(server, "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(Exit.OK);
      assertThat(server.getInputStream().readAllBytes()).isEmpty();
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void who_does_not_say_goodbye_gets_another_exit_code() throws Exception {
    var server = start(List.of(), "lsp");
    try {
      send(server, request(1, "initialize"));
      receive(server);
      send(server, "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(Exit.FAILED);
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void no_other_command_loads_it() throws Exception {
    var check = start(List.of("-Xlog:class+load:stdout"), "validate", PLAN);
    var loaded = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).isZero();
    assertThat(loaded.lines().filter(l -> l.contains(" runbook.check."))).isNotEmpty();
    assertThat(
            loaded
                .lines()
                .filter(l ->
                    l.contains("org.eclipse.lsp4j")
                        || l.contains("com.google.gson")
                        || l.contains(" runbook.cli.lsp.")
                        || l.contains(" runbook.edit.")))
        .isEmpty();
  }
}
