package runbook.action;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import runbook.type.FileRef;
import runbook.world.Failure;
import runbook.world.World;

/**
 * What an action is given beside its parameters.
 *
 * @param namespace where the cluster's objects are unless a parameter says otherwise
 * @param places by name; {@code local} is among them
 * @param folders the plan's, and the run's
 * @param identity of the run and the step: the same again when the step is resumed
 * @param deadline when the step's time is up
 */
public record ActionContext(
    World world,
    String namespace,
    Map<String, Place> places,
    Folders folders,
    Identity identity,
    Instant deadline,
    Facts facts,
    Progress progress) {

  /**
   * @param plan holds the plan and what lies beside it
   * @param files the run's own files: where relative paths at {@code local} lead
   * @param scratch for the step's own bookkeeping, such as the state of a detached process; under
   *     the run's folder
   */
  public record Folders(Path plan, Path files, Path scratch) {}

  /**
   * @param step its path, such as {@code dump} or {@code probe[2]}
   */
  public record Identity(String run, String step) {
    /** A name that is the same at every attempt, safe in file names and shell words. */
    public String slug() {
      return run + "-" + step.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    }
  }

  /** The place of that name; the checks have seen to it that there is one. */
  public Place place(String name) {
    var place = places.get(name);
    if (place == null) throw Failure.failed("There is no place `" + name + "`.");
    return place;
  }

  /** A file at {@code local}. */
  public Path localFile(FileRef ref) {
    return folders.files().resolve(ref.path()).normalize();
  }

  /** How long the step may still take; a {@link Failure} when its time is up. */
  public Duration remaining() {
    var left = Duration.between(world.clock().now(), deadline);
    if (left.isNegative() || left.isZero())
      throw Failure.timeout("The step's time limit has passed.");
    return left;
  }

  /**
   * Waits, but not beyond the deadline; a {@link Failure} when the time is up or the operator stops
   * the run.
   */
  public void pause(Duration wanted) {
    var left = remaining();
    world.clock().sleep(wanted.compareTo(left) < 0 ? wanted : left);
    if (wanted.compareTo(left) >= 0) remaining();
  }
}
