package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.action.Checksum.Algorithm;
import runbook.client.OnCluster;
import runbook.type.FileRef;
import runbook.world.Failure;

class ChecksumTest {
  static final String ABC = "a9993e364706816aba3e25717850c26c9cd0d89d";
  @TempDir Path folder;
  Contexts contexts;

  @BeforeEach
  void context() {
    contexts = new Contexts(folder);
  }

  static Checksum of(String place, String path, Algorithm algorithm, String expect) {
    return new Checksum(
        new FileRef(place, path),
        Optional.of(algorithm),
        Optional.of(expect).filter(e -> !e.isEmpty()));
  }

  @Test
  void digestsOfAFileHere() throws Exception {
    Files.createDirectories(folder.resolve("files"));
    Files.writeString(folder.resolve("files/abc"), "abc");
    var done = of("local", "abc", Algorithm.sha1, ABC.toUpperCase()).run(contexts.context());
    assertThat(done.digest()).isEqualTo(ABC);
    assertThat(done.bytes()).isEqualTo(3);
    assertThat(of("local", "abc", Algorithm.md5, "").run(contexts.context()).digest())
        .isEqualTo("900150983cd24fb0d6963f7d28e17f72");
    var other = "0" + ABC.substring(1);
    var failure =
        catchThrowableOfType(
            Failure.class, () -> of("local", "abc", Algorithm.sha1, other).run(contexts.context()));
    assertThat(failure.detail().orElseThrow()).contains(ABC, other);
  }

  @Test
  void refusesWhatCannotBeADigest() {
    assertThatThrownBy(() -> of("local", "abc", Algorithm.sha256, "abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("`abc` cannot be a sha256 digest in hexadecimal.");
  }

  @Test
  @OnCluster
  void digestsInAContainer() {
    try (var lab = Lab.open("plan-checksum-test")) {
      TestPods.start(lab, TestPods.box, TestPods.pg);
      contexts = Contexts.in(lab, folder, TestPods.box, TestPods.pg);
      for (var pod : new String[] {"box", "pg"}) {
        lab.kubectl.sh(pod, "printf abc >'/tmp/a \"b\nc'; head -c 1572864000 /dev/zero >/tmp/much");
        assertThat(of(pod, "/tmp/a \"b\nc", Algorithm.sha1, ABC).run(contexts.context()).bytes())
            .isEqualTo(3);
        // long enough for a sign of life on the way
        var done = of(pod, "/tmp/much", Algorithm.sha512, "").run(contexts.context());
        assertThat(done.bytes()).isEqualTo(1500L << 20);
        assertThat(done.digest()).hasSize(128);
        lab.kubectl.sh(pod, "rm /tmp/much");
        var failure =
            catchThrowableOfType(
                Failure.class,
                () -> of(pod, "/tmp/absent", Algorithm.md5, "").run(contexts.context()));
        assertThat(failure).hasMessage("`" + pod + ":/tmp/absent` does not exist.");
      }
    }
  }
}
