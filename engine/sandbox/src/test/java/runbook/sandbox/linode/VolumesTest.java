package runbook.sandbox.linode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import runbook.sandbox.contract.Api;
import runbook.sandbox.http.HttpServer;
import runbook.sandbox.time.SandboxClock;

@Timeout(60)
final class VolumesTest {
  private static final Instance MACHINE = new Instance(1001, "lke-node-1", "eu-central");
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration FAR = Duration.ofDays(1000);
  private static final Account ACCOUNT =
      new Account(
          "sandbox",
          Map.of("all", Set.of("*"), "volumes", Set.of("volumes:read_write")),
          List.of("eu-central", "us-east"),
          List.of(MACHINE));

  @TempDir Path folder;
  private final SandboxClock clock = SandboxClock.fast(1000);
  private Volumes volumes;

  @BeforeEach
  void begin() {
    volumes = new Volumes(ACCOUNT, new FileFolders(folder), clock, Delays.USUAL);
  }

  @AfterEach
  void end() {
    volumes.close();
  }

  private Volume active(String label) throws Exception {
    long id = volumes.create(label, 10, "eu-central").id();
    return await(id);
  }

  private Volume await(long id) throws Exception {
    return volumes.await(id, v -> v.filter(Volume::isActive).isPresent(), LONG).orElseThrow();
  }

  @Test
  void aNewVolumeIsEmptyAsAFreshFileSystemIs() throws Exception {
    var volume = active("fresh");
    try (var files = Files.list(volumes.folders().of(volume.id()))) {
      assertThat(files).containsExactly(volumes.folders().of(volume.id()).resolve("lost+found"));
    }
  }

  @Test
  void aCloneHoldsWhatTheSourceHeld() throws Exception {
    var source = active("source");
    var data = volumes.folders().of(source.id()).resolve("pgdata");
    Files.createDirectory(data);
    Files.writeString(data.resolve("PG_VERSION"), "15\n");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(data.resolve("link"), Path.of("PG_VERSION"));
    var clone = await(volumes.cloneOf(source.id(), "copy").id());
    var copied = volumes.folders().of(clone.id()).resolve("pgdata");
    assertThat(copied.resolve("PG_VERSION")).hasContent("15\n");
    assertThat(Files.getPosixFilePermissions(copied))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.readSymbolicLink(copied.resolve("link"))).isEqualTo(Path.of("PG_VERSION"));
    Files.writeString(data.resolve("PG_VERSION"), "17\n");
    assertThat(copied.resolve("PG_VERSION")).hasContent("15\n");
    volumes.delete(clone.id());
    assertThat(volumes.folders().of(clone.id())).doesNotExist();
    assertThat(data.resolve("PG_VERSION")).exists();
  }

  @Test
  void aLargeCloneTakesLonger() throws Exception {
    var source = active("source");
    try (var file =
        Files.newByteChannel(
            volumes.folders().of(source.id()).resolve("sparse"),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      file.position((100L << 30) - 1).write(java.nio.ByteBuffer.wrap(new byte[1]));
    }
    var before = clock.elapsed();
    await(volumes.cloneOf(source.id(), "copy").id());
    // 100 GiB at 2 seconds each
    assertThat(clock.elapsed().minus(before)).isGreaterThan(Duration.ofSeconds(200));
  }

  @Test
  void cloneThatStaysCreating() throws Exception {
    var source = active("source");
    volumes.troubles().clonesStay(true);
    long id = volumes.cloneOf(source.id(), "copy").id();
    assertThatThrownBy(() -> volumes.await(id, v -> v.filter(Volume::isActive).isPresent(), LONG))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("CREATING");
    volumes.troubles().end();
    await(id);
  }

  @Test
  void cloneOfTheWrongSize() throws Exception {
    var source = active("source");
    volumes.troubles().cloneSize(OptionalLong.of(20));
    assertThat(await(volumes.cloneOf(source.id(), "wrong").id()).size()).isEqualTo(20);
    volumes.troubles().end();
    assertThat(await(volumes.cloneOf(source.id(), "right").id()).size()).isEqualTo(10);
  }

  @Test
  void cloneWhoseCopyFails() throws Exception {
    var source = active("source");
    volumes.troubles().copiesFail(true);
    long id = volumes.cloneOf(source.id(), "lost").id();
    assertThat(volumes.await(id, Optional::isEmpty, LONG)).isEmpty();
    var event = volumes.events().newestFirst().getFirst();
    assertThat(event.path("action").asText()).isEqualTo("volume_clone");
    assertThat(event.path("status").asText()).isEqualTo("failed");
  }

  @Test
  void volumeThatNeverDetaches() throws Exception {
    var volume = active("stuck");
    volumes.attach(volume.id(), MACHINE.id());
    volumes.await(volume.id(), v -> v.orElseThrow().isAttached(), LONG);
    volumes.troubles().attachmentsStay(true);
    volumes.detach(volume.id());
    assertThatThrownBy(() -> volumes.await(volume.id(), v -> !v.orElseThrow().isAttached(), LONG))
        .isInstanceOf(TimeoutException.class);
    volumes.troubles().end();
    volumes.await(volume.id(), v -> !v.orElseThrow().isAttached(), LONG);
  }

  @Test
  void aMachineTakesVolumesOfItsRegionOnly() throws Exception {
    long id = volumes.create("far-away", 10, "us-east").id();
    await(id);
    assertThatThrownBy(() -> volumes.attach(id, MACHINE.id()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("region");
  }

  @Test
  void whileItIsCopiedAVolumeIsNotAttachedOrDeleted() throws Exception {
    var slow =
        new Volumes(
            ACCOUNT,
            new FileFolders(Files.createDirectory(folder.resolve("slow"))),
            clock,
            new Delays(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, FAR));
    try (slow) {
      long id = slow.create("source", 10, "eu-central").id();
      slow.await(id, v -> v.orElseThrow().isActive(), LONG);
      Files.write(slow.folders().of(id).resolve("data"), new byte[1 << 20]);
      long copy = slow.cloneOf(id, "copy").id();
      assertThatThrownBy(() -> slow.delete(copy)).hasMessageContaining("being cloned");
      // the source is free as soon as all is read
      slow.await(id, _ -> isFree(slow, id), LONG);
      slow.await(id, v -> v.orElseThrow().isAttached(), LONG);
    }
  }

  private static boolean isFree(Volumes volumes, long id) {
    try {
      volumes.attach(id, MACHINE.id());
      return true;
    } catch (Refusal refusal) {
      return false;
    }
  }

  @Test
  void tooManyRequestsAreTurnedAway() throws Exception {
    var real = SandboxClock.real();
    try (var server = HttpServer.start(Optional.empty(), new LinodeApi(volumes, real))) {
      var api = Api.with(server.url(), "all");
      for (int i = 0; i < 200; i++) api.get("/v4/volumes").expect(200);
      var refused = api.get("/v4/volumes").expect(429);
      assertThat(refused.header("Retry-After").map(Integer::parseInt).orElseThrow())
          .isBetween(30, 61);
      assertThat(refused.header("X-RateLimit-Remaining")).hasValue("0");
      assertThat(refused.json().path("errors").get(0).path("reason").asText())
          .isEqualTo("Too many requests");
      // other kinds of requests, and other tokens, have limits of their own
      api.get("/v4/volumes/1").expect(404);
      api.as("volumes").get("/v4/volumes").expect(200);
      real.pass(Duration.ofMinutes(1));
      api.get("/v4/volumes").expect(200);
    }
  }

  @Test
  void detachingNeedsTheScopeOfMachinesToo() throws Exception {
    long id = active("scoped").id();
    try (var server = HttpServer.start(Optional.empty(), new LinodeApi(volumes, clock))) {
      var api = Api.with(server.url(), "volumes");
      api.get("/v4/volumes/" + id).expect(200);
      api.put("/v4/volumes/" + id, "{\"tags\":[]}").expect(200);
      var refused = api.post("/v4/volumes/" + id + "/detach", "{}").expect(401);
      assertThat(refused.header("X-Accepted-OAuth-Scopes").orElseThrow())
          .contains("linodes:read_write");
      api.get("/v4/account/events").expect(401);
    }
  }
}
