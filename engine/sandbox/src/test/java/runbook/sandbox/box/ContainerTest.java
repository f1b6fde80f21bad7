package runbook.sandbox.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ContainerTest {
  @TempDir static Path base;
  private static World world;
  private static Pod pod;

  @BeforeAll
  static void open() throws Exception {
    world = World.open(base);
    pod = world.pod();
  }

  @AfterAll
  static void close() throws Exception {
    world.close();
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void commandIsProcessOneWithItsEnvironmentAndStatus() throws Exception {
    var result =
        Boxes.run(
            pod,
            Boxes.shell("echo $$; hostname; id -u; printf %s \"$GREETING\"; echo e >&2; exit 7"));
    assertThat(result).isEqualTo(new Boxes.Result(7, "1\nbox\n0\na b'c\nd", "e\n"));
  }

  @Test
  void signalsReachProcessOneOnlyWhereItHandlesThem() throws Exception {
    try (Container deaf = pod.start(Boxes.shell("while :; do sleep 0.1; done"));
        Container polite =
            pod.start(
                Boxes.shell(
                    "trap 'echo bye; exit 3' USR1; echo up; while :; do sleep 0.1; done"))) {
      assertThat(polite.stdout().readNBytes(3)).asString().isEqualTo("up\n");
      deaf.signal("TERM");
      polite.signal("USR1");
      assertThat(polite.exit().get(10, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(Boxes.text(polite.stdout())).isEqualTo("bye\n");
      assertThat(deaf.isAlive()).isTrue();
      deaf.signal("KILL");
      assertThat(deaf.exit().get(10, TimeUnit.SECONDS)).isEqualTo(137);
    }
  }

  @Test
  void whatIsWrittenDiesWithTheContainerAndNothingOfTheMachineIsSeen() throws Exception {
    Path secret = Files.writeString(base.resolve("secret"), "x");
    var first =
        Boxes.run(
            pod,
            Boxes.shell(
                "echo 1 >/file; echo 2 >/var/tmp/file; echo 3 >/usr/local/file; ls /file /var/tmp/file"
                    + " /usr/local/file; ls -d /home/* /usr/local/*; test -e "
                    + secret
                    + "; echo $?"));
    assertThat(first.out())
        .isEqualTo(
            "/file\n/usr/local/file\n/var/tmp/file\n/home/app\n/usr/local/bin\n/usr/local/file\n1\n");
    var second = Boxes.run(pod, Boxes.shell("ls /file /var/tmp/file /usr/local/file 2>/dev/null"));
    assertThat(second.out()).isEmpty();
    assertThat(Boxes.run(pod, Boxes.shell("echo >/usr/bin/file-of-a-box")).status()).isNotZero();
    Files.delete(secret);
  }

  @Test
  void mountsAreSeenAndOnlyTheyCanBeWrittenInAReadOnlyRoot() throws Exception {
    Path volume = Files.createDirectory(base.resolve("volume"));
    Path config = Files.writeString(base.resolve("config"), "k = v\n");
    var result =
        Boxes.run(
            pod,
            Boxes.shell(
                Identity.ROOT,
                true,
                "cat /etc/app/config; echo data >/data/file; df -B1 --output=size /cache | tail -1;"
                    + " for f in /x /etc/x /usr/local/x /etc/app/config; do echo >$f; done",
                new Mount.Bind(volume, "/data", false),
                new Mount.Bind(config, "/etc/app/config", true),
                new Mount.Memory("/var/run/cache", OptionalLong.of(1 << 20)),
                new Mount.Memory("/cache", OptionalLong.of(1 << 20))));
    assertThat(result.out()).startsWith("k = v\n").contains("1048576");
    assertThat(result.err().lines()).hasSize(4).allMatch(l -> l.contains("Read-only"));
    assertThat(volume.resolve("file")).hasContent("data\n");
    WorldFolder.delete(volume);
    Files.delete(config);
  }

  @Test
  void runsAsAnotherUser() throws Exception {
    var result =
        Boxes.run(
            pod,
            Boxes.shell(
                new Identity(999, 999, List.of(1000)),
                false,
                "id -un; id -G; echo x >/home/app/file && echo ok; echo >/etc/file; echo err >/dev/stderr"));
    assertThat(result.out()).isEqualTo("app\n999 1000\nok\n");
    assertThat(result.err()).contains("Permission denied").endsWith("err\n");
  }

  @Test
  void rootInAContainerMayNotChangeItsMounts() throws Exception {
    assertThat(Boxes.run(pod, Boxes.shell("mount -o remount,bind,rw /usr")).status()).isNotZero();
  }

  @Test
  void execHasItsOwnStreamsAndStatusAndSeesTheContainer() throws Exception {
    try (Container container =
        pod.start(Boxes.shell("echo $GREETING >/mine; echo up; while :; do sleep 0.1; done"))) {
      container.stdout().readNBytes(3);
      var result =
          Boxes.exec(
              container, "in\n", new String[] {"sh", "-c", "cat; cat /mine; echo err >&2; exit 5"});
      assertThat(result).isEqualTo(new Boxes.Result(5, "in\na b'c d\n", "err\n"));
      assertThatThrownBy(() -> container.exec(List.of("no-such-program"), false))
          .hasMessage("exec: \"no-such-program\": executable file not found in $PATH");
      assertThat(Boxes.exec(container, "sh", "-c", "kill -9 $$").status()).isEqualTo(137);
    }
  }

  @Test
  void execGivesATerminal() throws Exception {
    try (Container container = pod.start(Boxes.shell("while :; do sleep 0.1; done"))) {
      Execution execution = container.exec(List.of("sh", "-c", "test -t 0 && tty; exit 4"), true);
      execution.stdin().close();
      assertThat(Boxes.text(execution.stdout())).isEqualTo("/dev/pts/0\r\n");
      assertThat(execution.exit().get(10, TimeUnit.SECONDS)).isEqualTo(4);
    }
  }

  @Test
  void orphansBecomeChildrenOfProcessOne() throws Exception {
    try (Container container = pod.start(Boxes.shell("while :; do sleep 0.1; done"))) {
      var orphan =
          Boxes.exec(
              container, "sh", "-c", "setsid sleep 100 >/dev/null 2>&1 </dev/null & echo $!");
      var parent =
          Boxes.exec(
              container,
              "sh",
              "-c",
              "sed -n 's/^PPid:.//p' /proc/" + orphan.out().strip() + "/status");
      assertThat(parent.out()).isEqualTo("1\n");
    }
  }

  @Test
  void anUnknownProgramIsRefusedInTheRuntimesWords() {
    ContainerSpec spec =
        new ContainerSpec(
            Boxes.ACCOUNTS,
            List.of(),
            List.of("nothing"),
            Map.of(),
            "/",
            "b",
            Identity.ROOT,
            false);
    assertThatThrownBy(() -> pod.start(spec))
        .isInstanceOf(BoxException.class)
        .hasMessage("exec: \"nothing\": executable file not found in $PATH");
  }

  @Test
  void twoPodsListenOnOnePortAndReachEachOther() throws Exception {
    String server =
        "exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(Listen=>5,LocalPort=>5432,"
            + "ReuseAddr=>1) or die $!; $|=1; print \"up\\n\"; while($c=$s->accept){print $c"
            + " \"%s\\n\"; close $c}'";
    String client =
        "perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(PeerAddr=>\"%s:5432\",Timeout=>5) or die"
            + " \"$!\\n\"; print <$s>'";
    try (Pod other = world.pod();
        Container one = pod.start(Boxes.shell(server.formatted("one")));
        Container two = other.start(Boxes.shell(server.formatted("two")))) {
      one.stdout().readNBytes(3);
      two.stdout().readNBytes(3);
      assertThat(Boxes.run(other, Boxes.shell(client.formatted(pod.address()))).out())
          .isEqualTo("one\n");
      assertThat(Boxes.run(pod, Boxes.shell(client.formatted(other.address()))).out())
          .isEqualTo("two\n");
      assertThat(Boxes.run(pod, Boxes.shell(client.formatted("127.0.0.1"))).out())
          .isEqualTo("one\n");
      pod.answerFor(Set.of("10.96.0.9"));
      assertThat(Boxes.run(pod, Boxes.shell(client.formatted("10.96.0.9"))).out())
          .isEqualTo("one\n");
      pod.answerFor(Set.of());
      assertThat(Boxes.run(pod, Boxes.shell(client.formatted("10.96.0.9"))).status()).isNotZero();
    }
  }
}
