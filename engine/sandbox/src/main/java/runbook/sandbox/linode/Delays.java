package runbook.sandbox.linode;

import java.time.Duration;

/**
 * How long Linode takes, in the sandbox's time.
 *
 * @param create until a volume is active; a clone takes this and its copying
 * @param clonePerGib for each GiB of content
 */
public record Delays(
    Duration create, Duration attach, Duration detach, Duration resize, Duration clonePerGib) {
  /** As long as it takes at Linode, roughly: seconds, and minutes for a large clone. */
  public static final Delays USUAL =
      new Delays(
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(3),
          Duration.ofSeconds(2));

  /** Moments: long enough to be seen, too short to be waited for. */
  public static final Delays SHORT =
      new Delays(
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(20));
}
