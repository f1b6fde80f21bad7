package runbook.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import runbook.plan.Plan;
import runbook.world.Failure;

/**
 * What a run leaves behind: {@code .plan/runs/<id>/} with {@code journal.jsonl}, the plan as it
 * was, {@code output/<step>.log} and {@code files/}.
 *
 * @param path of the folder, absolute
 */
public record RunFolder(Path path) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /** A new one, whose id tells time and plan. */
  public static RunFolder create(Path home, String plan, Instant now) throws IOException {
    var runs = Files.createDirectories(home.toAbsolutePath().normalize().resolve("runs"));
    for (int n = 1; ; n++) {
      var id = STAMP.format(now) + "-" + plan + (n == 1 ? "" : "-" + n);
      try {
        var folder = new RunFolder(Files.createDirectory(runs.resolve(id)));
        Files.createDirectory(folder.files());
        Files.createDirectory(folder.path.resolve("output"));
        return folder;
      } catch (FileAlreadyExistsException e) {
        if (n == 1000) throw e;
      }
    }
  }

  /** An existing one, by its id or the beginning of it that no other has. */
  public static RunFolder find(Path home, String id) throws IOException {
    var all = all(home);
    var exact = all.stream().filter(r -> r.id().equals(id)).toList();
    var found = exact.isEmpty() ? all.stream().filter(r -> r.id().startsWith(id)).toList() : exact;
    if (found.size() == 1) return found.getFirst();
    if (found.isEmpty())
      throw Failure.refused("There is no run `" + id + "`.", "`plan runs` lists them.");
    throw Failure.refused(
        "Several runs begin with `" + id + "`.", "Give more of the id; `plan runs` lists them.");
  }

  /** The newest last. */
  public static List<RunFolder> all(Path home) throws IOException {
    try (Stream<Path> folders = Files.list(home.toAbsolutePath().normalize().resolve("runs"))) {
      return folders
          .filter(f -> Files.exists(f.resolve("journal.jsonl")))
          .sorted()
          .map(RunFolder::new)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  public String id() {
    return path.getFileName().toString();
  }

  public Path journal() {
    return path.resolve("journal.jsonl");
  }

  /** The plan as it was when the run began. */
  public Path plan() {
    return path.resolve("plan.yaml");
  }

  /**
   * Keeps the texts of the plan and of those that it uses, the latter as {@code used/N-NAME.yaml}.
   */
  void keep(Plan plan) throws IOException {
    Files.writeString(plan(), plan.source().text());
    var used = plan.all();
    for (int i = 1; i < used.size(); i++) {
      var folder = Files.createDirectories(path.resolve("used"));
      Files.writeString(
          folder.resolve(i + "-" + used.get(i).name() + ".yaml"), used.get(i).source().text());
    }
  }

  /** Where relative paths at {@code local} lead. */
  public Path files() {
    return path.resolve("files");
  }

  /** All that a step printed. */
  public Path output(String step) {
    return path.resolve("output").resolve(safe(step) + ".log");
  }

  /** A step's own bookkeeping. */
  public Path scratch(String step) {
    return path.resolve("scratch").resolve(safe(step));
  }

  /** The step has ended for good: its bookkeeping goes. */
  void forget(String step) {
    delete(scratch(step));
  }

  /** Removes a folder with all that is in it; what cannot be removed takes a little space. */
  static void delete(Path folder) {
    if (Files.notExists(folder)) return;
    try (var all = Files.walk(folder)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    } catch (IOException | UncheckedIOException e) {
      // nobody reads it again
    }
  }

  private static String safe(String step) {
    return step.replaceAll("[^A-Za-z0-9\\[\\]#]", "_");
  }
}
