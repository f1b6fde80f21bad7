package runbook.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.yaml.Utf8;

/** The files of a plan and of the plans that it uses; each is read once. */
final class PlanFiles {
  private final Problems problems;
  private final Map<Path, Optional<Plan>> read = new HashMap<>();

  /** Those that are being read, each used by the one before it, by the names that people know. */
  private final Map<Path, String> open = new LinkedHashMap<>();

  PlanFiles(Problems problems) {
    this.problems = problems;
  }

  /** Why a file has no text: what to say. */
  private record Unread(Code code, String why) {}

  Optional<Plan> read(Path file) {
    return read(file, file.toString(), nowhere(file));
  }

  /** The text of a file, whatever is in it. */
  Optional<Source> source(Path file) {
    return source(file, file.toString(), nowhere(file));
  }

  private static Span nowhere(Path file) {
    return new Span(new Source(file.toString(), ""), 0, 0);
  }

  Optional<Plan> read(Source source, Path folder) {
    var file = folder.resolve(source.name()).getFileName();
    open.put(folder.toAbsolutePath().normalize().resolve(file), source.name());
    return PlanLoader.read(source, new Folder(folder, source.name()), problems);
  }

  /**
   * @param name what people call the file
   * @param from where it is named
   */
  private Optional<Plan> read(Path file, String name, Span from) {
    var path = file.toAbsolutePath().normalize();
    if (open.containsKey(path)) {
      problems.error(
          Code.USE_CYCLE,
          from,
          "This plan is used by itself: "
              + String.join(" uses ", open.values())
              + " uses "
              + name
              + ".",
          "A used plan cannot use those that use it.");
      return Optional.empty();
    }
    if (read.containsKey(path)) return read.get(path);
    open.put(path, name);
    var plan =
        source(path, name, from)
            .flatMap(source ->
                PlanLoader.read(
                    source,
                    new Folder(Optional.ofNullable(path.getParent()).orElse(path), name),
                    problems));
    open.remove(path);
    read.put(path, plan);
    return plan;
  }

  private Optional<Source> source(Path file, String name, Span from) {
    Unread unread;
    try {
      return Utf8.read(file, name, from, problems);
    } catch (NoSuchFileException e) {
      unread = new Unread(Code.FILE_MISSING, "There is no such file.");
    } catch (IOException e) {
      unread =
          new Unread(
              Code.FILE_UNREADABLE,
              Files.isDirectory(file)
                  ? "This is a folder; a plan is a file."
                  : "The file cannot be read.");
    }
    problems.error(
        unread.code,
        from,
        unread.why,
        unread.code == Code.FILE_MISSING ? meant(file) : Optional.empty());
    return Optional.empty();
  }

  /** The file beside it whose name is nearly the same. */
  private static Optional<String> meant(Path missing) {
    try (var files = Files.list(Optional.ofNullable(missing.getParent()).orElse(missing))) {
      var names = files.map(f -> f.getFileName().toString()).sorted().toList();
      return Spelling.nearest(missing.getFileName().toString(), names)
          .map(n -> "Did you mean `" + n + "`?");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Where a plan lies.
   *
   * @param name of the plan's file, as people know it
   */
  final class Folder {
    private final Path path;
    private final String name;

    private Folder(Path path, String name) {
      this.path = path;
      this.name = name;
    }

    Path path() {
      return path;
    }

    /**
     * The plan that a step uses.
     *
     * @param file relative to this folder
     * @param from where it is named
     */
    Optional<Plan> use(String file, Span from) {
      try {
        var beside = Path.of(name).resolveSibling(file).normalize().toString();
        var plan = read(path.resolve(file), beside, from);
        plan.filter(p -> !p.connections().settings().isEmpty())
            .ifPresent(_ ->
                problems.error(
                    Code.USE_CONNECTIONS,
                    from,
                    "The plan `" + file + "` has `connections` of its own.",
                    "A used plan works with the connections of the plan that uses it; take them out of it."));
        return plan;
      } catch (InvalidPathException e) {
        problems.error(Code.FILE_MISSING, from, "This cannot be the name of a file.");
        return Optional.empty();
      }
    }
  }
}
