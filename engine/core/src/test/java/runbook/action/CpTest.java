package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.type.FileRef;
import runbook.world.Failure;

class CpTest {
  @TempDir Path folder;
  Contexts contexts;
  Path files;

  @BeforeEach
  void context() throws Exception {
    contexts = new Contexts(folder);
    files = Files.createDirectories(folder.resolve("files"));
  }

  static FileRef local(String path) {
    return new FileRef("local", path);
  }

  static byte[] random(int size, long seed) {
    var bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void copiesAndProvesIt() throws Exception {
    for (int size : new int[] {0, 1, FileEnd.PIECE, FileEnd.PIECE + 1, 3 * FileEnd.PIECE - 7}) {
      var name = "-a 'b' \"c\"\nd " + size;
      Files.write(files.resolve(name), random(size, size));
      var done = new Cp(local(name), local("sub/copy" + size)).run(contexts.context());
      var copy = files.resolve("sub/copy" + size);
      assertThat(Files.mismatch(files.resolve(name), copy)).isEqualTo(-1);
      assertThat(done.bytes()).isEqualTo(size);
      assertThat(done.transferred()).isEqualTo(size);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
          .isEqualTo("rw-------");
      var again = new Cp(local(name), local("sub/copy" + size)).run(contexts.context());
      assertThat(again.transferred()).isZero();
      assertThat(again.sha512()).isEqualTo(done.sha512());
    }
    try (var all = Files.list(files.resolve("sub"))) {
      assertThat(all.filter(p -> p.toString().endsWith("part"))).isEmpty();
    }
  }

  @Test
  void goesOnWithWhatHasArrived() throws Exception {
    var bytes = random(3 * FileEnd.PIECE + 5, 1);
    Files.write(files.resolve("a"), bytes);
    var part = java.util.Arrays.copyOf(bytes, 2 * FileEnd.PIECE + 100);
    part[FileEnd.PIECE]++;
    Files.write(files.resolve("b.plan-part"), part);
    Files.writeString(files.resolve("b"), "what was there");
    var done = new Cp(local("a"), local("b")).run(contexts.context());
    // one piece was right
    assertThat(done.transferred()).isEqualTo(2L * FileEnd.PIECE + 5);
    assertThat(Files.mismatch(files.resolve("a"), files.resolve("b"))).isEqualTo(-1);
    assertThat(new Cp(local("a"), local("b")).undo(contexts.context(), done))
        .isInstanceOf(Reversal.Impossible.class);
  }

  @Test
  void aLongerPartIsCut() throws Exception {
    Files.write(files.resolve("a"), random(10, 1));
    Files.write(files.resolve("b.plan-part"), random(FileEnd.PIECE + 10, 1));
    new Cp(local("a"), local("b")).run(contexts.context());
    assertThat(Files.mismatch(files.resolve("a"), files.resolve("b"))).isEqualTo(-1);
  }

  @Test
  void undoDeletesTheCopyAndNothingElse() throws Exception {
    Files.write(files.resolve("a"), random(10, 1));
    var cp = new Cp(local("a"), local("b"));
    var done = cp.run(contexts.context());
    assertThat(cp.recover(contexts.context())).isInstanceOf(Recovery.Repeat.class);
    Files.writeString(files.resolve("b"), "0123456789");
    assertThat(cp.undo(contexts.context(), done)).isInstanceOf(Reversal.Impossible.class);
    Files.write(files.resolve("b"), random(10, 1));
    assertThat(cp.undo(contexts.context(), done)).isInstanceOf(Reversal.Undone.class);
    assertThat(files.resolve("b")).doesNotExist();
    assertThat(cp.undo(contexts.context(), done)).isInstanceOf(Reversal.Nothing.class);
    assertThat(files.resolve("a")).exists();
  }

  @Test
  void saysWhatIsNotThere() {
    var failure =
        catchThrowableOfType(
            Failure.class, () -> new Cp(local("a"), local("b")).run(contexts.context()));
    assertThat(failure).hasMessage("`local:a` does not exist.");
    assertThatThrownBy(() -> new Cp(local("a"), local("a")))
        .hasMessage("`local:a` is copied onto itself.");
    assertThat(new Cp(local("a"), local("b")).preflight(contexts.context()))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.NOTICE);
    assertThat(Map.of()).isEmpty();
  }
}
