package runbook.sandbox.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class SandboxClockTest {
  @Test
  void tellsTheRealTime() {
    assertThat(SandboxClock.real().instant())
        .isCloseTo(Instant.now(), within(200, ChronoUnit.MILLIS));
  }

  @Test
  void anHourPassesFast() throws Exception {
    var clock = SandboxClock.fast(100_000);
    var before = clock.instant();
    long began = System.nanoTime();
    clock.sleep(Duration.ofHours(1));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    assertThat(clock.instant()).isAfterOrEqualTo(before.plus(Duration.ofHours(1)));
  }

  @Test
  void aWaitUnderWayEndsWhenTimePasses() throws Exception {
    var clock = SandboxClock.real();
    var over = new CompletableFuture<Duration>();
    clock.after(Duration.ofHours(1), () -> over.complete(clock.elapsed()));
    clock.pass(Duration.ofMinutes(59));
    assertThat(over).isNotDone();
    clock.pass(Duration.ofMinutes(1));
    assertThat(over.get(10, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(Duration.ofHours(1));
  }

  @Test
  void aWaitUnderWayEndsSoonerWhenTheClockRunsFaster() throws Exception {
    var clock = SandboxClock.real();
    var over = new CompletableFuture<Void>();
    clock.after(Duration.ofHours(1), () -> over.complete(null));
    clock.run(50_000);
    over.get(10, TimeUnit.SECONDS);
    assertThat(clock.elapsed()).isGreaterThanOrEqualTo(Duration.ofHours(1));
  }

  @Test
  void aJumpMovesTheWallClockAndNoWait() {
    var clock = SandboxClock.real();
    var deadline = clock.deadline(Duration.ofMinutes(1));
    clock.jump(Duration.ofDays(1));
    assertThat(clock.instant()).isAfter(Instant.now().plus(Duration.ofHours(23)));
    assertThat(deadline.isOver()).isFalse();
    clock.jump(Duration.ofDays(-2));
    assertThat(clock.instant()).isBefore(Instant.now().minus(Duration.ofHours(23)));
    assertThat(deadline.left()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
  }

  @Test
  void timeOnlyGoesOn() {
    var clock = SandboxClock.fast(1000);
    assertThat(clock.real(Duration.ofSeconds(10))).isEqualTo(Duration.ofMillis(10));
    assertThatThrownBy(() -> clock.pass(Duration.ofSeconds(-1)))
        .hasMessage("Time does not go back.");
    assertThatThrownBy(() -> clock.run(0)).isInstanceOf(IllegalArgumentException.class);
    var before = clock.elapsed();
    clock.run(1);
    assertThat(clock.elapsed()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void whatIsCancelledDoesNotRun() throws Exception {
    var clock = SandboxClock.real();
    var ran = new CompletableFuture<Void>();
    var later = clock.after(Duration.ofMinutes(1), () -> ran.complete(null));
    later.interrupt();
    assertThat(later.join(Duration.ofSeconds(10))).isTrue();
    clock.pass(Duration.ofHours(1));
    assertThat(ran).isNotDone();
  }
}
