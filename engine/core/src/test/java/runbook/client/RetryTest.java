package runbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import runbook.world.Clock;
import runbook.world.Failure;

/** When a call is sent again. */
final class RetryTest {
  @Test
  void pauses_between_attempts_grow_and_end() {
    var pauses = new ArrayList<Duration>();
    var clock =
        new Clock() {
          @Override
          public Instant now() {
            return Instant.EPOCH;
          }

          @Override
          public void sleep(Duration d) {
            pauses.add(d);
          }
        };
    Retry.Call<String> never =
        () -> {
          throw new Retry.Passing(Failure.unreachable("No.", null), Optional.empty(), false);
        };
    assertThatThrownBy(() -> new Retry(clock).send(true, never)).isInstanceOf(Failure.class);
    assertThat(pauses).hasSize(5).isSorted();
    pauses.clear();
    assertThatThrownBy(() -> new Retry(clock).send(false, never)).isInstanceOf(Failure.class);
    assertThat(pauses).isEqualTo(List.of());
  }

  @Test
  void a_server_may_say_when_to_come_again_in_seconds_or_as_a_date() {
    assertThat(Retry.after("3")).contains(Duration.ofSeconds(3));
    assertThat(Retry.after("Tue, 31 Dec 2199 23:59:59 GMT")).isPresent();
    assertThat(Retry.after("Fri, 31 Dec 1999 23:59:59 GMT")).isEmpty();
    assertThat(Retry.after("soon")).isEmpty();
  }
}
