package runbook.sandbox.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import runbook.sandbox.box.Mount;
import runbook.sandbox.box.Tree;

/**
 * {@code postgres:MAJOR}: a real server, this machine's or a fetched client, and the contract of
 * the official image (its Dockerfile and documentation, docker-library/postgres).
 *
 * <p>The server is built to put its socket into {@code /tmp}, the official one into {@code
 * /var/run/postgresql}; that is a link to the former here, so that every client finds it.
 */
final class PostgresImage {
  private static final Pattern MAJOR = Pattern.compile("(\\d+)([.-].*)?");
  private static final int UID = 999;
  private static final String SERVER = "/usr/local/pgsql";
  private static final String CLIENT = "/usr/local/pgsql-client";

  /** Programs that work on a data directory, and so have to be of its very major. */
  private static final Pattern OF_THE_SERVER =
      Pattern.compile("postgres|postmaster|initdb|pg_ctl|pg_upgrade|pg_createsubscriber|pg_config");

  private static final Pattern OF_ITS_MAJOR =
      Pattern.compile(
          "pg_(controldata|checksums|resetwal|rewind|waldump|walsummary|amcheck|combinebackup)");

  private PostgresImage() {}

  static Image of(String tag, Cache cache, PostgresTools tools) throws IOException {
    Matcher matcher = MAJOR.matcher(tag);
    if (!matcher.matches()) {
      throw new ImageException(
          "The sandbox has PostgreSQL by major version, such as `postgres:17`; the tag `%s` names none."
              .formatted(tag));
    }
    int major = Integer.parseInt(matcher.group(1));
    PostgresServer server = PostgresServer.of(major, cache);
    PostgresTools.Found client = tools.forServer(major, cache);
    String data =
        major < 18 ? "/var/lib/postgresql/data" : "/var/lib/postgresql/" + major + "/docker";
    String volume = major < 18 ? data : "/var/lib/postgresql";

    List<Mount> mounts = new ArrayList<>();
    mounts.add(new Mount.Bind(server.folder(), SERVER, true));
    boolean visible = client.root().startsWith("/usr") && !client.root().startsWith("/usr/local");
    if (!visible) {
      mounts.add(new Mount.Bind(client.root(), CLIENT, true));
    }
    Locales.mount(cache).ifPresent(mounts::add);
    Path below = client.root().relativize(client.bin());
    String clientBin = (visible ? client.bin() : Path.of(CLIENT).resolve(below)) + "/";

    Accounts accounts =
        Accounts.of(new Accounts.Account("postgres", UID, "/var/lib/postgresql", "/bin/bash"));
    return Image.shell(accounts)
        .with(
            files(data, volume).and(programs(server, client, clientBin)),
            mounts,
            Map.of(
                "PATH",
                Image.PATH,
                "LANG",
                "en_US.utf8",
                "PG_MAJOR",
                String.valueOf(major),
                "PG_VERSION",
                server.version().replaceFirst("\\.0$", ""),
                "PGDATA",
                data))
        .starting(List.of("docker-entrypoint.sh"), List.of("postgres"), "INT")
        .as("", Optional.of("postgres"), "/", List.of(volume));
  }

  private static Tree files(String data, String volume) throws IOException {
    List<Tree.Entry> entries = new ArrayList<>();
    entries.add(new Tree.Folder("/var/lib/postgresql", 0755, UID));
    if (volume.equals(data)) {
      entries.add(new Tree.Folder(data, 01777, UID));
    } else {
      entries.add(new Tree.Folder(volume, 01777, UID));
    }
    entries.add(new Tree.Folder("/docker-entrypoint-initdb.d", 0755, 0));
    entries.add(new Tree.Link("/run/postgresql", "/tmp"));
    entries.add(
        new Tree.Text(
            "/usr/local/bin/docker-entrypoint.sh", resource("postgres-entrypoint.sh"), 0755));
    entries.add(new Tree.Text("/usr/local/bin/gosu", resource("gosu.sh"), 0755));
    return new Tree(entries);
  }

  private static Tree programs(PostgresServer server, PostgresTools.Found client, String clientBin)
      throws IOException {
    List<Tree.Entry> links = new ArrayList<>();
    for (String name : names(client.bin())) {
      boolean mixed = client.major() != server.major() && OF_ITS_MAJOR.matcher(name).matches();
      if (!OF_THE_SERVER.matcher(name).matches() && !mixed) {
        links.add(new Tree.Link("/usr/local/bin/" + name, clientBin + name));
      }
    }
    for (String name : names(server.folder().resolve("bin"))) {
      links.add(new Tree.Link("/usr/local/bin/" + name, SERVER + "/bin/" + name));
    }
    return new Tree(links);
  }

  /** PostgreSQL's own programs in a folder that may be the machine's /usr/bin. */
  private static List<String> names(Path bin) throws IOException {
    Pattern own =
        Pattern.compile(
            "psql|postgres|initdb|pg_.*|pgbench|(create|drop)(db|user)|(vacuum|reindex|cluster)db|vacuumlo|oid2name");
    try (Stream<Path> files = Files.list(bin)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> own.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(PostgresImage.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
