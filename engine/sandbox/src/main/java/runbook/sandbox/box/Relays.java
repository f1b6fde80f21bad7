package runbook.sandbox.box;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** This JVM's side of {@link Relay}, which is started when it is first needed. */
final class Relays {
  private final World world;
  private boolean started;

  Relays(World world) {
    this.world = world;
  }

  private Path socket() {
    return world.folder().resolve("relay");
  }

  private synchronized void start() throws IOException {
    if (started) {
      return;
    }
    Path classes =
        Path.of(
            URI.create(Relay.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    List<String> words = new ArrayList<>(world.enter());
    words.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classes.toString(),
            Relay.class.getName(),
            socket().toString()));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String line = process.inputReader().readLine();
    if (!"ready".equals(line)) {
      process.destroyForcibly();
      throw new BoxException("The relay into the sandbox's world does not start: " + line);
    }
    started = true;
  }

  /**
   * Connects from within a network of the world, {@code -} for the world's own.
   *
   * @throws IOException with the reason, such as connection refused
   */
  Link connect(String network, String host, int port, Duration limit) throws IOException {
    return new Link(
        request("connect %s %s %d %d".formatted(network, host, port, limit.toMillis())));
  }

  /** Relays what reaches the address to the targets in turn; to none means no longer. */
  void listen(String host, int port, List<InetSocketAddress> targets) throws IOException {
    String words =
        targets.stream()
            .map(t -> " " + t.getHostString() + ":" + t.getPort())
            .collect(Collectors.joining());
    request("listen %s %d%s".formatted(host, port, words)).close();
  }

  private SocketChannel request(String line) throws IOException {
    start();
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket()));
      ByteBuffer words = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (words.hasRemaining()) {
        channel.write(words);
      }
      var answer = new StringBuilder();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (channel.read(one.clear()) == 1 && one.get(0) != '\n') {
        answer.append((char) one.get(0));
      }
      if (!answer.toString().equals("ok")) {
        throw new BoxException(answer.toString().replaceFirst("^error ", ""));
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
