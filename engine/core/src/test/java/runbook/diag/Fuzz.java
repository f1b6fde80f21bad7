package runbook.diag;

import java.util.Random;

/**
 * How much is tried of what has no end. A build tries a little, the same each time; {@code
 * -Dfuzz.times=50 -Dfuzz.seed=7} tries fifty times as much, and something else.
 */
public final class Fuzz {
  private static final int TIMES = Integer.getInteger("fuzz.times", 1);
  private static final long SEED = Long.getLong("fuzz.seed", 0);

  private Fuzz() {}

  public static long cases(int usual) {
    return (long) usual * TIMES;
  }

  public static Random random(long seed) {
    return new Random(seed + 1_000_003 * SEED);
  }
}
