package runbook.cli.upgrade;

import static runbook.cli.upgrade.Lab.kubectl;
import static runbook.cli.upgrade.Lab.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The community's cluster: its services, its data, and the shipped plan as somebody edited it. */
final class Site {
  static final Map<String, Integer> REPLICAS =
      Map.of("site", 2, "metricity", 1, "metabase", 1, "bitwarden", 1, "pixels", 1, "patsy", 0);
  static final String CLONE = "postgres-before-upgrade";
  static final String MAINTENANCE = "*pythondiscord.com/*";

  private Site() {}

  /** A copy of the shipped plan in this folder, which a test may change. */
  static Path copyOfPlan(Path folder) {
    var from = Lab.REPOSITORY.resolve("plans");
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var to = folder.resolve("plans").resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) Files.createDirectories(to);
        else Files.copy(file, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder.resolve("plans/postgres-upgrade.yaml");
  }

  static void edit(Path file, String from, String to) {
    try {
      var text = Files.readString(file);
      if (!text.contains(from)) throw new AssertionError(file + " does not have: " + from);
      Files.writeString(file, text.replace(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code plan execute --yes}, by the launcher, as people type it. */
  static Lab.Ended execute(
      Path folder, Map<String, String> environment, String plan, String... options) {
    var command =
        new ArrayList<>(
            List.of(Lab.REPOSITORY.resolve("plan").toString(), "execute", plan, "--yes"));
    command.addAll(List.of(options));
    return Lab.run(folder, environment, Duration.ofMinutes(15), command);
  }

  /**
   * Count and hash of every table's rows, per database, computed here and not by the plan. The
   * services' own table, which grows, is taken up to the row that was last when {@code lastHits}
   * was made.
   */
  static Map<String, String> data(Map<String, Long> lastHits) {
    var all = new TreeMap<String, String>();
    for (var database :
        sql(
                "postgres",
                "select datname from pg_database where datallowconn and datname !~ '^template'")
            .lines()
            .toList()) {
      for (var table :
          sql(
                  database,
                  "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname !~ '^pg_' and schemaname <> 'information_schema'")
              .lines()
              .toList()) {
        var last =
            table.equals("public.hits")
                ? " where id <= " + lastHits.getOrDefault(database, 0L)
                : "";
        var hash = "sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint)";
        all.put(
            database + " " + table,
            sql(
                database,
                "set timezone = 'UTC'; select count(*), " + hash + " from " + table + " t" + last));
      }
    }
    return all;
  }

  /** The last row of each service's own table. */
  static Map<String, Long> lastHits() {
    var last = new LinkedHashMap<String, Long>();
    for (var database :
        sql(
                "postgres",
                "select datname from pg_database where datallowconn and datname !~ '^template'")
            .lines()
            .toList()) {
      if (sql(database, "select to_regclass('public.hits') is not null").equals("t"))
        last.put(database, Long.parseLong(sql(database, "select coalesce(max(id), 0) from hits")));
    }
    return last;
  }

  static int replicas(String deployment) {
    return Lab.object("deploy", deployment).at("/spec/replicas").asInt();
  }

  static String volumeHandle() {
    var name = Lab.object("pvc", "postgres-storage").at("/spec/volumeName").asText();
    return Lab.object("pv", name).at("/spec/csi/volumeHandle").asText();
  }

  /** Brings back what a refused run left as it was when it stopped. */
  static void restore() {
    Lab.deleteRoute(MAINTENANCE);
    kubectl("delete", "job", "postgres-upgrade", "--ignore-not-found", "--wait=true");
    if (replicas("postgres") == 0) kubectl("scale", "deploy", "postgres", "--replicas=1");
    kubectl("rollout", "status", "deploy", "postgres", "--timeout=120s");
    REPLICAS.forEach((name, count) -> kubectl("scale", "deploy", name, "--replicas=" + count));
    REPLICAS
        .keySet()
        .forEach(name -> kubectl("rollout", "status", "deploy", name, "--timeout=120s"));
    for (var clone : Lab.volumes(CLONE))
      Lab.linode("DELETE", "/volumes/" + clone.path("id").asText());
  }
}
