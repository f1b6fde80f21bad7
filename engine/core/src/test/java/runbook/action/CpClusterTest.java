package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static runbook.action.Deadlines.until;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import runbook.action.Deadlines.Beside;
import runbook.client.OnCluster;
import runbook.type.FileRef;
import runbook.world.Cluster;
import runbook.world.Failure;

/** Copies from and to real containers. */
@OnCluster
class CpClusterTest {
  private static final int BIG = 300 << 20;

  @TempDir Path folder;
  Contexts contexts;
  Path files;

  private static Lab lab;

  @BeforeAll
  static void open() {
    lab = Lab.open("plan-cp-test");
    TestPods.start(lab, TestPods.box, TestPods.pg);
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  @BeforeEach
  void context() throws Exception {
    for (var pod : new String[] {"box", "pg"}) lab.kubectl.sh(pod, "rm -rf /tmp/cp");
    contexts = fresh();
    files = Files.createDirectories(folder.resolve("files"));
  }

  Contexts fresh() {
    return Contexts.in(lab, folder, TestPods.box, TestPods.pg);
  }

  static FileRef at(String place, String path) {
    return new FileRef(place, path);
  }

  @Test
  void bigFileThereAndBack() throws Exception {
    Files.write(files.resolve("big"), CpTest.random(BIG, 1));
    var odd = "/tmp/cp/a 'b' \"c\"\n\td/-x $HOME ü";
    var up = new Cp(at("local", "big"), at("box", odd)).run(contexts.context());
    assertThat(up.transferred()).isEqualTo(BIG);
    var across = new Cp(at("box", odd), at("pg", "/tmp/cp/big")).run(fresh().context());
    assertThat(across.sha512()).isEqualTo(up.sha512());
    var down = new Cp(at("pg", "/tmp/cp/big"), at("local", "back")).run(fresh().context());
    assertThat(Files.mismatch(files.resolve("big"), files.resolve("back"))).isEqualTo(-1);
    assertThat(down.sha512()).isEqualTo(up.sha512());
    assertThat(new Cp(at("box", odd), at("local", "back")).run(fresh().context()).transferred())
        .isZero();
    assertThat(new Cp(at("local", "big"), at("box", odd)).undo(contexts.context(), up))
        .isInstanceOf(Reversal.Undone.class);
  }

  @Test
  void emptyFile() throws Exception {
    Files.createFile(files.resolve("empty"));
    new Cp(at("local", "empty"), at("box", "/tmp/cp/-empty")).run(contexts.context());
    var done = new Cp(at("box", "/tmp/cp/-empty"), at("local", "back")).run(fresh().context());
    assertThat(done.bytes()).isZero();
    assertThat(files.resolve("back")).isEmptyFile();
  }

  @Test
  void goesOnAfterAnInterruption() throws Exception {
    lab.kubectl.sh("pg", "mkdir -p /tmp/cp; head -c 200000000 /dev/urandom >/tmp/cp/r");
    var cp = new Cp(at("pg", "/tmp/cp/r"), at("local", "r"));
    var thread =
        Beside.start(() ->
            assertThat(catchThrowableOfType(Failure.class, () -> cp.run(contexts.context())).kind())
                .isEqualTo(Failure.Kind.STOPPED));
    var part = files.resolve("r.plan-part");
    until("a quarter is there", () -> Files.exists(part) && Files.size(part) >= 50_000_000);
    thread.interrupt();
    thread.join();
    assertThat(files.resolve("r")).doesNotExist();
    var later = contexts.again();
    var done = cp.run(later.context());
    assertThat(done.bytes()).isEqualTo(200_000_000);
    assertThat(done.transferred()).isLessThan(170_000_000);
    var back = new Cp(at("local", "r"), at("box", "/tmp/cp/r2"));
    var up = fresh();
    var second =
        Beside.start(() -> catchThrowableOfType(Failure.class, () -> back.run(up.context())));
    until(
        "some is there",
        () ->
            lab.kubectl
                .sh("box", "wc -c </tmp/cp/r2.plan-part 2>/dev/null || echo 0")
                .strip()
                .matches("[1-9]\\d{7,}"));
    second.interrupt();
    second.join();
    assertThat(back.run(up.again().context()).transferred()).isLessThan(195_000_000);
  }

  @Test
  void sourceThatChangesIsRefused() throws Exception {
    lab.kubectl.sh("box", "mkdir -p /tmp/cp; head -c 100000000 /dev/zero >/tmp/cp/grows");
    var thread =
        Beside.start(() ->
            lab.kubectl.sh(
                "box",
                "for i in 1 2 3 4 5 6 7 8 9 10; do echo x >>/tmp/cp/grows; sleep 0.2; done"));
    var failure =
        catchThrowableOfType(
            Failure.class,
            () -> new Cp(at("box", "/tmp/cp/grows"), at("local", "g")).run(contexts.context()));
    assertThat(failure).hasMessage("`box:/tmp/cp/grows` changed while it was copied.");
    assertThat(files.resolve("g")).doesNotExist();
    thread.join();
  }

  /** A cluster whose connections change a byte of what comes from a container, so many times. */
  private static Cluster flipping(AtomicInteger times) {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (_, method, arguments) -> {
              if (method.getName().equals("exec"))
                arguments[3] =
                    new FilterOutputStream((OutputStream) arguments[3]) {
                      @Override
                      public void write(byte[] bytes, int offset, int length) throws IOException {
                        var piece = Arrays.copyOfRange(bytes, offset, offset + length);
                        if (length > 1000 && times.getAndDecrement() > 0) piece[length / 2] ^= 1;
                        out.write(piece, 0, length);
                      }
                    };
              try {
                return method.invoke(lab.world.cluster(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aByteThatChangesOnTheWayIsNoticed() throws Exception {
    lab.kubectl.sh("box", "mkdir -p /tmp/cp; head -c 9000000 /dev/urandom >/tmp/cp/x");
    var sum = lab.kubectl.sh("box", "sha512sum </tmp/cp/x").substring(0, 128);
    var cp = new Cp(at("box", "/tmp/cp/x"), at("local", "x"));
    contexts.cluster = flipping(new AtomicInteger(1));
    var done = cp.run(contexts.context());
    assertThat(done.sha512()).isEqualTo(sum);
    assertThat(done.transferred()).isGreaterThan(done.bytes());
    Files.delete(files.resolve("x"));
    contexts = fresh();
    contexts.cluster = flipping(new AtomicInteger(Integer.MAX_VALUE));
    var failure = catchThrowableOfType(Failure.class, () -> cp.run(contexts.context()));
    assertThat(failure).hasMessageContaining("The bytes change on the way");
    assertThat(files.resolve("x")).doesNotExist();
  }

  @Test
  void saysWhatIsWrong() {
    var failure =
        catchThrowableOfType(
            Failure.class,
            () -> new Cp(at("box", "/tmp/none"), at("local", "g")).run(contexts.context()));
    assertThat(failure).hasMessage("`box:/tmp/none` does not exist.");
    failure =
        catchThrowableOfType(
            Failure.class,
            () -> new Cp(at("box", "/tmp"), at("local", "g")).run(contexts.context()));
    assertThat(failure).hasMessage("`box:/tmp` is a folder.");
    assertThat(new Cp(at("box", "/etc/passwd"), at("pg", "/tmp/x")).preflight(contexts.context()))
        .extracting(Finding::level)
        .containsOnly(Finding.Level.FINE);
  }
}
