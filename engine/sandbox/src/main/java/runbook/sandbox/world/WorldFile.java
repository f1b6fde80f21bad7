package runbook.sandbox.world;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in a world; {@link WorldReader} reads it from YAML.
 *
 * @param namespace of everything that names none
 * @param images files with recipes, beside those that are built in
 * @param manifests what is there first
 * @param services manifests of what uses the data, applied when they are there
 * @param factor how many times as fast its clock runs
 */
public record WorldFile(
    String name,
    String namespace,
    List<Path> images,
    List<Path> manifests,
    Optional<Data> data,
    List<Path> services,
    Linode linode,
    Optional<Zone> zone,
    double factor) {

  /**
   * The same world with other data.
   *
   * @throws IllegalArgumentException when it does not say where data go
   */
  public WorldFile holding(Load load) {
    var place =
        data.orElseThrow(() ->
            new IllegalArgumentException(
                "The world `" + name + "` has no `data`, which tells where a dump is loaded."));
    var held = new Data(place.in(), place.user(), List.of(load));
    return new WorldFile(
        name, namespace, images, manifests, Optional.of(held), services, linode, zone, factor);
  }

  /**
   * What is loaded into a database.
   *
   * @param in name of the deployment or stateful set whose first container has psql
   * @param user who loads it
   */
  public record Data(String in, String user, List<Load> loads) {}

  /** One load after the other. */
  public sealed interface Load {
    /** Databases of several owners with all kinds of objects, and about so many MiB. */
    record Generated(long mib) implements Load {}

    /**
     * What pg_dump or pg_dumpall wrote in any format that is one file, or a script for psql; {@code
     * .gz} is unpacked.
     *
     * @param database that it is loaded into; one that is not there is made
     */
    record Dump(Path file, String database) implements Load {}
  }

  /**
   * @param tokens each with its scopes, {@code *} for all
   * @param volumes that are there before, beside those that claims will have
   * @param slow whether volumes take as long as at Linode, and not moments
   * @param memory whether volumes lie in this machine's memory, where they have their size
   */
  public record Linode(
      String region,
      Map<String, List<String>> tokens,
      List<Disk> volumes,
      boolean slow,
      boolean memory) {}

  /**
   * A volume that is attached nowhere.
   *
   * @param size in GB
   */
  public record Disk(String label, long size) {}

  /**
   * A domain.
   *
   * @param service that answers for it where no script does
   * @param tokens each with whether it may write routes
   */
  public record Zone(
      String name,
      String service,
      Map<String, Boolean> tokens,
      List<Script> scripts,
      List<Route> routes) {}

  /** A Worker that gives one answer. */
  public record Script(String name, int status, Map<String, String> headers, String body) {}

  /** A route; without a script it keeps wider ones away. */
  public record Route(String pattern, Optional<String> script) {}
}
