package runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may use whom. The table is read from top to bottom: a room knows rooms above it only. */
final class HouseTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final Path ROOT = Path.of("../..");
  private static final Path SANDBOX = ROOT.resolve("engine/sandbox");
  private static final int LONGEST_FILE = 300;

  /** A room, and whom it may use beside the JDK. */
  private record Room(String name, Set<String> may) {}

  private static Room room(String name, String... may) {
    return new Room(name, Set.of(may));
  }

  private static final List<Room> HOUSE =
      List.of(
          room("diag"),
          room("type"),
          room("world"),
          room("shell"),
          room("yaml", "diag", "org.snakeyaml"),
          room("expr", "diag", "type", "org.apache.commons.jexl3"),
          room("action", "diag", "type", "world", "yaml"),
          room("plan", "diag", "type", "yaml", "expr", "action"),
          room("check", "diag", "type", "shell", "expr", "action", "plan"),
          room("edit", "diag", "type", "yaml", "expr", "action", "plan", "check"),
          room("docs", "diag", "type", "expr", "action", "plan", "com.fasterxml.jackson"),
          room(
              "run",
              "diag",
              "type",
              "world",
              "yaml",
              "expr",
              "action",
              "plan",
              "com.fasterxml.jackson"),
          room(
              "client",
              "type",
              "world",
              "io.fabric8",
              "okhttp3",
              "retrofit2",
              "com.fasterxml.jackson"));

  /** Libraries that have one home; elsewhere, in tests and other modules too, nobody names them. */
  private static final Map<String, String> HOMES_IN_SANDBOX =
      Map.of(
          "org.snakeyaml", "json",
          "io.fabric8", "patch",
          "okhttp3", "api",
          "org.postgresql", "image",
          "org.tukaani", "image");

  private static final Map<String, String> HOMES =
      Map.of(
          "org.snakeyaml",
          "yaml",
          "org.apache.commons.jexl3",
          "expr",
          "retrofit2",
          "client",
          "org.eclipse.lsp4j",
          "cli/lsp");

  @Test
  void every_room_uses_whom_the_table_allows() {
    var allowed =
        HOUSE.stream().collect(Collectors.toMap(Room::name, Room::may, (a, _) -> a, TreeMap::new));
    var broken = new TreeSet<String>();
    for (var use : uses()) {
      if (use.from.equals(use.to) || isJdk(use.to)) continue;
      var may = allowed.getOrDefault(use.from, Set.of());
      if (may.stream().noneMatch(m -> use.to.equals(m) || use.to.startsWith(m + ".")))
        broken.add(use.from + " must not use " + use.to + " (" + use.where + ")");
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void a_room_knows_only_rooms_above_it_so_that_there_is_no_cycle() {
    var above = new TreeSet<String>();
    for (var room : HOUSE) {
      var rooms =
          room.may.stream().filter(m -> HOUSE.stream().anyMatch(r -> r.name.equals(m))).toList();
      assertThat(above).as("above " + room.name).containsAll(rooms);
      above.add(room.name);
    }
  }

  @Test
  void every_package_is_in_the_table_and_has_a_package_info() throws IOException {
    try (var folders = Files.list(Path.of("src/main/java/runbook"))) {
      var rooms = folders.filter(Files::isDirectory).toList();
      assertThat(rooms.stream().map(r -> r.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(HOUSE.stream().map(Room::name).toList());
    }
    var without = new TreeSet<Path>();
    for (var file : sources("src/main/java")) {
      if (Files.notExists(file.resolveSibling("package-info.java"))) without.add(file.getParent());
    }
    assertThat(without).isEmpty();
  }

  @Test
  void a_library_has_one_home() throws IOException {
    var broken = new TreeSet<String>();
    for (var file : sources("src/main/java")) {
      var text = Files.readString(file);
      HOMES.forEach((library, home) -> {
        if (text.contains("import " + library)
            && !file.startsWith(SANDBOX)
            && !file.toString().contains("runbook/" + home + "/"))
          broken.add(file + " imports " + library);
      });
    }
    assertThat(broken).isEmpty();
  }

  /** It knows nothing of the core, and has homes of its own for its libraries. */
  @Test
  void a_library_has_one_home_in_the_sandbox() throws IOException {
    var broken = new TreeSet<String>();
    for (var file : sources("src/main/java")) {
      if (!file.startsWith(SANDBOX)) continue;
      var text = Files.readString(file);
      HOMES_IN_SANDBOX.forEach((library, home) -> {
        if (text.contains("import " + library)
            && !file.toString().contains("sandbox/" + home + "/"))
          broken.add(file + " imports " + library);
      });
      if (text.matches("(?s).*import runbook\\.(?!sandbox\\.).*"))
        broken.add(file + " knows the core");
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void no_file_is_longer_than_one_can_keep_in_mind() throws IOException {
    var tooLong = new TreeSet<String>();
    for (var file : sources("src")) {
      var lines = Files.readAllLines(file).size();
      if (lines > LONGEST_FILE) tooLong.add(file + " has " + lines + " lines");
    }
    assertThat(tooLong).isEmpty();
  }

  /** Java files of all modules below that folder of each. */
  private static List<Path> sources(String folder) throws IOException {
    var all = new TreeSet<Path>();
    for (var module : List.of("core", "sandbox", "cli", "bench")) {
      var start = ROOT.resolve("engine").resolve(module).resolve(folder);
      if (Files.notExists(start)) continue;
      try (var files = Files.walk(start)) {
        files.filter(f -> f.toString().endsWith(".java")).forEach(all::add);
      }
    }
    assertThat(all).isNotEmpty();
    return List.copyOf(all);
  }

  /** A class of a room uses a room or a package. */
  private record Use(String from, String to, String where) {}

  private static final Pattern LINE = Pattern.compile("\\s+(runbook\\.\\S+)\\s+-> (\\S+)\\s.*");

  /** By the compiled classes, so that no way of writing a name escapes. */
  private static List<Use> uses() {
    var out = new StringWriter();
    int code =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(new PrintWriter(out), new PrintWriter(out), "-verbose:class", CLASSES.toString());
    assertThat(code).as(out.toString()).isZero();
    var uses =
        out.toString()
            .lines()
            .map(LINE::matcher)
            .filter(m -> m.matches())
            .map(m -> new Use(target(m.group(1)), target(m.group(2)), m.group(1)))
            .toList();
    assertThat(uses).as("what jdeps says").hasSizeGreaterThan(1000);
    return uses;
  }

  /** The room of one of our classes, the package of any other. */
  private static String target(String type) {
    var parts = type.split("\\.");
    return parts[0].equals("runbook")
        ? parts[1]
        : Stream.of(parts).limit(parts.length - 1L).collect(Collectors.joining("."));
  }

  private static boolean isJdk(String name) {
    return name.startsWith("java.");
  }
}
