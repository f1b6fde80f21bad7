package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import runbook.type.FileRef;
import runbook.world.Failure;

/** Copies from and to real containers. */
@EnabledIfEnvironmentVariable(named = "PLAN_TEST_CLUSTER", matches = ".+")
@Timeout(180)
class CpClusterTest {
  private static final int BIG = 300 << 20;

  @TempDir Path folder;
  Contexts contexts;
  Path files;

  @BeforeAll
  static void pods() {
    TestPods.start();
    for (var pod : new String[] {"box", "pg"})
      TestPods.kubectl("exec", pod, "--", "rm", "-rf", "/tmp/cp");
  }

  @BeforeEach
  void context() throws Exception {
    contexts = fresh();
    files = Files.createDirectories(folder.resolve("files"));
  }

  Contexts fresh() {
    return Contexts.cluster(folder).place("box", "box").place("pg", "pg");
  }

  static FileRef at(String place, String path) {
    return new FileRef(place, path);
  }

  @Test
  void bigFileThereAndBack() throws Exception {
    Files.write(files.resolve("big"), CpTest.random(BIG, 1));
    var odd = "/tmp/cp/a 'b' \"c\"\n\td/-x $HOME ü";
    var begun = Instant.now();
    var up = new Cp(at("local", "big"), at("box", odd)).run(contexts.context());
    report("up", begun);
    assertThat(up.transferred()).isEqualTo(BIG);
    begun = Instant.now();
    var across = new Cp(at("box", odd), at("pg", "/tmp/cp/big")).run(fresh().context());
    report("across", begun);
    assertThat(across.sha512()).isEqualTo(up.sha512());
    begun = Instant.now();
    var down = new Cp(at("pg", "/tmp/cp/big"), at("local", "back")).run(fresh().context());
    report("down", begun);
    assertThat(Files.mismatch(files.resolve("big"), files.resolve("back"))).isEqualTo(-1);
    assertThat(down.sha512()).isEqualTo(up.sha512());
    begun = Instant.now();
    assertThat(new Cp(at("box", odd), at("local", "back")).run(fresh().context()).transferred())
        .isZero();
    report("equal", begun);
    assertThat(new Cp(at("local", "big"), at("box", odd)).undo(contexts.context(), up))
        .isInstanceOf(Reversal.Undone.class);
    TestPods.kubectl("exec", "pg", "--", "rm", "/tmp/cp/big");
  }

  private static void report(String what, Instant begun) {
    var ms = Duration.between(begun, Instant.now()).toMillis();
    System.out.println("cp " + what + ": " + ms + " ms, " + BIG / 1048576 * 1000L / ms + " MiB/s");
  }

  @Test
  void emptyFile() throws Exception {
    Files.createFile(files.resolve("empty"));
    new Cp(at("local", "empty"), at("box", "/tmp/cp/-empty")).run(contexts.context());
    var done = new Cp(at("box", "/tmp/cp/-empty"), at("local", "back")).run(fresh().context());
    assertThat(done.bytes()).isZero();
    assertThat(files.resolve("back")).isEmptyFile();
    TestPods.kubectl("exec", "box", "--", "rm", "/tmp/cp/-empty");
  }

  @Test
  void goesOnAfterAnInterruption() throws Exception {
    TestPods.kubectl(
        "exec",
        "pg",
        "--",
        "sh",
        "-c",
        "mkdir -p /tmp/cp; head -c 200000000 /dev/urandom >/tmp/cp/r");
    var cp = new Cp(at("pg", "/tmp/cp/r"), at("local", "r"));
    var thread =
        Thread.ofVirtual()
            .start(() ->
                assertThat(
                        catchThrowableOfType(Failure.class, () -> cp.run(contexts.context()))
                            .kind())
                    .isEqualTo(Failure.Kind.STOPPED));
    var part = files.resolve("r.plan-part");
    while (!Files.exists(part) || Files.size(part) < 50_000_000) Thread.sleep(5);
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
        Thread.ofVirtual()
            .start(() -> catchThrowableOfType(Failure.class, () -> back.run(up.context())));
    while (!TestPods.kubectl(
            "exec", "box", "--", "sh", "-c", "wc -c </tmp/cp/r2.plan-part 2>/dev/null || echo 0")
        .strip()
        .matches("[1-9]\\d{7,}")) Thread.sleep(5);
    second.interrupt();
    second.join();
    assertThat(back.run(up.again().context()).transferred()).isLessThan(195_000_000);
    TestPods.kubectl("exec", "box", "--", "rm", "-rf", "/tmp/cp");
    TestPods.kubectl("exec", "pg", "--", "rm", "-rf", "/tmp/cp");
  }

  @Test
  void sourceThatChangesIsRefused() throws Exception {
    TestPods.kubectl(
        "exec",
        "box",
        "--",
        "sh",
        "-c",
        "mkdir -p /tmp/cp; head -c 100000000 /dev/zero >/tmp/cp/grows");
    var thread =
        Thread.ofVirtual()
            .start(() ->
                TestPods.kubectl(
                    "exec",
                    "box",
                    "--",
                    "sh",
                    "-c",
                    "for i in 1 2 3 4 5 6 7 8 9 10; do echo x >>/tmp/cp/grows; sleep 0.2; done"));
    var failure =
        catchThrowableOfType(
            Failure.class,
            () -> new Cp(at("box", "/tmp/cp/grows"), at("local", "g")).run(contexts.context()));
    assertThat(failure).hasMessage("`box:/tmp/cp/grows` changed while it was copied.");
    assertThat(files.resolve("g")).doesNotExist();
    thread.join();
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
