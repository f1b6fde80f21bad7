package runbook.sandbox.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServicesTest {
  /** Answers each connection with its name, the client's address and what it was sent. */
  private static final String SERVER =
      "exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(Listen=>5,LocalAddr=>\"%s\","
          + "LocalPort=>%d,ReuseAddr=>1) or die $!; $|=1; print \"up\\n\"; while($c=$s->accept){"
          + "local $/; $got=<$c>; print $c \"%s \".$c->peerhost.\" $got\"; close $c}'";

  private static final String CLIENT =
      "perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(PeerAddr=>\"%s:%d\") or die"
          + " \"$!\\n\"; print $s \"hello\"; shutdown $s,1; print <$s>'";

  @TempDir static Path base;
  private static World world;
  private static Pod one;
  private static Pod two;
  private static Pod client;

  @BeforeAll
  static void open() throws Exception {
    world = World.open(base);
    one = world.pod();
    two = world.pod();
    client = world.pod();
    serve(one, "0.0.0.0", 8000, "one");
    serve(two, "0.0.0.0", 8000, "two");
    serve(one, "127.0.0.1", 9000, "inner");
  }

  private static void serve(Pod pod, String host, int port, String name) throws Exception {
    Container server = pod.start(Boxes.shell(SERVER.formatted(host, port, name)));
    assertThat(server.stdout().readNBytes(3)).asString().isEqualTo("up\n");
  }

  @AfterAll
  static void close() throws Exception {
    world.close();
  }

  private static InetSocketAddress at(Pod pod, int port) {
    return InetSocketAddress.createUnresolved(pod.address(), port);
  }

  private static Boxes.Result ask(String address, int port) throws Exception {
    return Boxes.run(client, Boxes.shell(CLIENT.formatted(address, port)));
  }

  @Test
  void onePodOnTheSamePortIsReachedByRouteAndSeesItsClient() throws Exception {
    world.services().set("10.96.0.1", Map.of(8000, List.of(at(one, 8000))));
    assertThat(ask("10.96.0.1", 8000).out()).isEqualTo("one " + client.address() + " hello");
    assertThat(ask("10.96.0.1", 8001).err()).isEqualTo("Connection refused\n");
    world.services().set("10.96.0.1", Map.of(8000, List.of(at(two, 8000))));
    assertThat(ask("10.96.0.1", 8000).out()).startsWith("two ");
    world.services().set("10.96.0.1", Map.of(8000, List.of()));
    assertThat(ask("10.96.0.1", 8000).err()).isEqualTo("Connection refused\n");
    world.services().remove("10.96.0.1");
  }

  @Test
  void anotherPortAndSeveralPodsAreRelayed() throws Exception {
    world.services().set("10.96.0.2", Map.of(80, List.of(at(one, 8000), at(two, 8000))));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      seen.add(ask("10.96.0.2", 80).out());
    }
    assertThat(seen)
        .extracting(s -> s.replaceAll(" .*", ""))
        .containsExactlyInAnyOrder("one", "two");
    world.services().set("10.96.0.2", Map.of(80, List.of()));
    assertThat(ask("10.96.0.2", 80).err()).isEqualTo("Connection refused\n");
  }

  @Test
  void theSandboxConnectsToPodsAndToTheirLoopback() throws Exception {
    Duration limit = Duration.ofSeconds(5);
    try (Link link = world.connect(one.address(), 8000, limit)) {
      assertThat(exchange(link)).isEqualTo("one " + world.gateway() + " hello");
    }
    try (Link link = one.connect(9000, limit)) {
      assertThat(exchange(link)).isEqualTo("inner 127.0.0.1 hello");
    }
    assertThatThrownBy(() -> two.connect(9000, limit)).hasMessageContaining("Connection refused");
    assertThatThrownBy(() -> world.connect("10.96.200.200", 80, Duration.ofMillis(200)))
        .isInstanceOf(BoxException.class);
  }

  private static String exchange(Link link) throws Exception {
    link.output().write("hello".getBytes(StandardCharsets.UTF_8));
    link.end();
    return new String(link.input().readAllBytes(), StandardCharsets.UTF_8);
  }
}
