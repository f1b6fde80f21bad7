package runbook.action;

import java.util.Optional;

/**
 * What a look at the live systems found.
 *
 * @param asked what was looked at
 * @param found what is so
 * @param remedy what to do; empty when nothing has to be done
 * @param missing the object that would have to be there, as {@code PersistentVolumeClaim/data}: an
 *     earlier step may make it
 */
public record Finding(
    Level level, String asked, String found, Optional<String> remedy, Optional<String> missing) {
  public Finding(Level level, String asked, String found, Optional<String> remedy) {
    this(level, asked, found, remedy, Optional.empty());
  }

  /** How bad it is. */
  public enum Level {
    FINE,
    /** Somebody should know. */
    NOTICE,
    /** The run would fail or do harm. */
    BLOCKS
  }

  public static Finding fine(String asked, String found) {
    return new Finding(Level.FINE, asked, found, Optional.empty());
  }

  public static Finding notice(String asked, String found, String remedy) {
    return new Finding(Level.NOTICE, asked, found, Optional.of(remedy));
  }

  public static Finding blocks(String asked, String found, String remedy) {
    return new Finding(Level.BLOCKS, asked, found, Optional.of(remedy));
  }
}
