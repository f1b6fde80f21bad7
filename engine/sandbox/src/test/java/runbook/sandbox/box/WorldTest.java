package runbook.sandbox.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WorldTest {
  @TempDir Path temporary;

  @Test
  void nothingIsLeftOfAKilledJvm() throws Exception {
    Path base = Files.createDirectory(temporary.resolve("base"));
    Process program = program(List.of(), base, "hold");
    long[] pids =
        Arrays.stream(program.inputReader().readLine().split(" "))
            .mapToLong(Long::parseLong)
            .toArray();
    List<Long> all = new ArrayList<>(withDescendants(pids[0]));
    all.addAll(withDescendants(program.pid()));
    assertThat(all).contains(pids[0], pids[1]).hasSizeGreaterThan(5);

    program.destroyForcibly().waitFor();

    await(() -> all.stream().noneMatch(WorldTest::runs), "processes stay");
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(base.toString());
    assertThat(names(base)).hasSize(2);
    try (World next = World.open(base)) {
      assertThat(names(base))
          .containsExactlyInAnyOrder(
              next.folder().getFileName().toString(), next.folder().getFileName() + ".lock");
    }
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void twoWorldsOfOneJvmDoNotDisturbEachOther() throws Exception {
    try (World one = World.open(temporary);
        World two = World.open(temporary);
        Pod here = one.pod();
        Pod there = two.pod()) {
      assertThat(here.address()).isEqualTo(there.address());
      assertThat(Boxes.run(here, Boxes.shell("echo 1")).out()).isEqualTo("1\n");
      assertThat(Boxes.run(there, Boxes.shell("echo 2")).out()).isEqualTo("2\n");
    }
  }

  @Test
  void closingEndsWhatStillRuns() throws Exception {
    World world = World.open(temporary);
    Container container = world.pod().start(Boxes.shell("while :; do sleep 0.1; done"));
    world.close();
    await(() -> !container.isAlive(), "the container stays");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void orphansOfTheWorldAreReaped() throws Exception {
    try (World world = World.open(temporary)) {
      world.run("", "sh", "-c", "sh -c 'sleep 0.05; exit 3' & :");
      await(
          () ->
              world
                  .run(
                      "",
                      "sh",
                      "-c",
                      "cat /proc/[0-9]*/stat 2>/dev/null | grep -cE '\\) Z 1 ' || :")
                  .equals("0\n"),
          "zombies stay");
    }
  }

  @Test
  void anOrdinaryUserHasItToo() throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "runs as one anyway");
    Path base = Files.createDirectory(temporary.resolve("base"));
    Files.setAttribute(base, "unix:uid", 65534);
    Files.setAttribute(temporary, "unix:mode", 0755);
    check(base, "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");
  }

  @Test
  void rootWithoutItsPowersIsAnOrdinaryUser() throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "runs as one anyway");
    check(
        Files.createDirectory(temporary.resolve("base")),
        "--inh-caps=-all",
        "--bounding-set=-sys_admin,-net_admin");
  }

  private void check(Path base, String... privileges) throws Exception {
    List<String> words = new ArrayList<>(List.of("setpriv"));
    words.addAll(List.of(privileges));
    words.add("--");
    Process program = program(words, base, "check");
    String out = Boxes.text(program.getInputStream());
    assertThat(out + Boxes.text(program.getErrorStream())).isEqualTo("fine\n");
    assertThat(program.waitFor()).isZero();
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void tenWorldsStandSideBySide() throws Exception {
    try (var threads = Executors.newFixedThreadPool(10)) {
      var results =
          threads.invokeAll(
              IntStream.range(0, 10).<Callable<String>>mapToObj(i -> () -> inAWorld(i)).toList());
      for (int i = 0; i < 10; i++) {
        assertThat(results.get(i).get()).isEqualTo(i + "\n");
      }
    }
    assertThat(temporary).isEmptyDirectory();
  }

  private String inAWorld(int number) throws Exception {
    try (World world = World.open(temporary);
        Pod pod = world.pod()) {
      return Boxes.run(pod, Boxes.shell("sleep 0.2; echo " + number)).out();
    }
  }

  /** Runs {@link WorldProgram} on copies of the classes that every user can read. */
  private Process program(List<String> prefix, Path base, String mode) throws IOException {
    Path classes = Files.createDirectory(temporary.resolve("classes"));
    for (Class<?> type : List.of(World.class, WorldProgram.class)) {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
      copy(from.resolve("runbook/sandbox/box"), classes.resolve("runbook/sandbox/box"));
    }
    List<String> words = new ArrayList<>(prefix);
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classes.toString()));
    words.addAll(List.of(WorldProgram.class.getName(), base.toString(), mode));
    return new ProcessBuilder(words).directory(base.toFile()).start();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        if (Files.isRegularFile(file)) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }
  }

  private static List<Long> withDescendants(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    return Stream.concat(Stream.of(process), process.descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition, String otherwise) throws Exception {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
    while (!condition.holds()) {
      assertThat(Instant.now()).as(otherwise).isBefore(deadline);
      Thread.sleep(20);
    }
  }
}
