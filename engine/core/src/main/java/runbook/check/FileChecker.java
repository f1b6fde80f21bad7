package runbook.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import runbook.action.Touches.Access;
import runbook.action.Touches.Thing;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.expr.Template.Piece;
import runbook.expr.Value;
import runbook.type.FileRef;

/**
 * A file is made before it is read. Scripts make files too: one that has the file's name among its
 * words may be the maker.
 */
final class FileChecker {
  private static final Pattern NO_WORD = Pattern.compile("[^A-Za-z0-9._-]+");
  private static final Set<String> COMPRESSED = Set.of(".gz", ".bz2", ".xz", ".zst", ".lz4");
  private static final String WORD = "word";

  private final Problems problems;

  /** Who may make a file, by place and path of a copy, or by place and word of a script. */
  private final Map<List<String>, List<Maker>> makers = new HashMap<>();

  private final Map<String, Integer> firstScript = new HashMap<>();
  private final Map<Path, String> scripts = new HashMap<>();

  private record Maker(int number, Visit visit) {}

  /** A step that reads a file. */
  private record Reader(int number, FileRef file, Named named) {}

  FileChecker(Problems problems) {
    this.problems = problems;
  }

  void check(List<Visit> visits) {
    var readers = new ArrayList<Reader>();
    for (int i = 0; i < visits.size(); i++) {
      var visit = visits.get(i);
      for (var touched : visit.touched()) {
        if (touched.thing() != Thing.FILE) continue;
        var file = touched.named().symbol().value().map(Object::toString).flatMap(FileRef::parse);
        if (file.isEmpty()) continue;
        if (touched.access() == Access.READ)
          readers.add(new Reader(i, file.get(), touched.named()));
        else add(List.of(file.get().place(), file.get().path()), new Maker(i, visit));
      }
      script(i, visit);
    }
    readers.forEach(this::check);
  }

  private void add(List<String> key, Maker maker) {
    makers.computeIfAbsent(key, _ -> new ArrayList<>()).add(maker);
  }

  private void check(Reader reader) {
    var file = reader.file;
    if (candidates(file, true).anyMatch(m -> m.number < reader.number)) return;
    var later = candidates(file, false).filter(m -> m.number > reader.number).findFirst();
    if (later.isPresent()) {
      problems.error(
          Code.FILE_TOO_EARLY,
          reader.named.span(),
          "The file `" + file + "` is read here before " + later.get().visit.title() + " makes it.",
          "Put this step behind the other; if an earlier script makes the file, name it in its `env`.");
    } else if (isOfThisRun(file)
        && firstScript.getOrDefault(file.place(), Integer.MAX_VALUE) > reader.number) {
      problems.error(
          Code.FILE_TOO_EARLY,
          reader.named.span(),
          "No step makes the file `" + file + "`.",
          "A relative path at `local` lies in the run's own folder, which is empty when the run begins.");
    }
  }

  /**
   * @param byStem whether {@code backup} counts for {@code backup.sql.gz} too, which a command may
   *     make of it; what a compressor appends is never a name of its own
   */
  private Stream<Maker> candidates(FileRef file, boolean byStem) {
    var keys = new ArrayList<List<String>>();
    keys.add(List.of(file.place(), file.path()));
    var name = file.path().substring(file.path().lastIndexOf('/') + 1);
    keys.add(List.of(file.place(), WORD, name));
    for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      boolean compressed = COMPRESSED.contains(name.substring(dot)) && name.indexOf('.') < dot;
      if (byStem || compressed) keys.add(List.of(file.place(), WORD, name.substring(0, dot)));
    }
    return keys.stream().flatMap(k -> makers.getOrDefault(k, List.of()).stream());
  }

  private static boolean isOfThisRun(FileRef file) {
    return file.place().equals(FileRef.LOCAL) && !file.path().startsWith("/");
  }

  private void script(int number, Visit visit) {
    if (!visit.act().call().type().name().equals("exec")) return;
    var place =
        visit.argument("in").map(v -> visit.frame().symbol(v).value().map(Object::toString));
    // at a place that is known in the run only it can be any
    if (place.isPresent() && place.get().isEmpty()) return;
    var words = new StringBuilder();
    visit
        .act()
        .call()
        .arguments()
        .forEach((name, value) -> {
          if (name.equals("file")) words.append(text(visit, value));
          else words(value, visit.frame(), words);
        });
    var at = place.flatMap(p -> p).orElse(FileRef.LOCAL);
    firstScript.putIfAbsent(at, number);
    var maker = new Maker(number, visit);
    NO_WORD
        .splitAsStream(words)
        .filter(w -> !w.isEmpty())
        .distinct()
        .forEach(w -> add(List.of(at, WORD, w), maker));
  }

  private String text(Visit visit, Value file) {
    return visit
        .frame()
        .symbol(file)
        .value()
        .map(f ->
            scripts.computeIfAbsent(
                visit.frame().plan().folder().resolve(f.toString()),
                path -> {
                  try {
                    return Files.readString(path);
                  } catch (IOException e) {
                    return "";
                  }
                }))
        .orElse("");
  }

  /** Every text in it, and what expressions are by default. */
  private static void words(Value value, Frame frame, StringBuilder out) {
    switch (value) {
      case Value.Items(var items, var _) -> items.forEach(i -> words(i, frame, out));
      case Value.Fields(var values, var _, var _) ->
          values.values().forEach(v -> words(v, frame, out));
      case Value.Literal(var plain, var _, var _) ->
          plain.ifPresent(p -> out.append(p).append('\n'));
      case Value.Text(var template) -> {
        frame.symbol(value).value().ifPresent(v -> out.append(v).append('\n'));
        for (var piece : template.pieces())
          out.append(
                  switch (piece) {
                    case Piece.Text(var text) -> text;
                    case Piece.Hole(var e) -> e.text();
                  })
              .append('\n');
      }
    }
  }
}
