package runbook.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final Set<String> COMPRESSED = Set.of(".gz", ".bz2", ".xz", ".zst", ".lz4");
  private static final String WORD = "word";

  private final Problems problems;

  /** Who may make a file, by place and path of a copy, or by place and word of a script. */
  private final Map<List<String>, List<Maker>> makers = new HashMap<>();

  private final Map<String, Integer> firstScript = new HashMap<>();
  private final Map<Path, Set<String>> scripts = new HashMap<>();

  /** Names of files that steps read, and stems of them. */
  private final Set<String> wanted = new HashSet<>();

  private record Maker(int number, Visit visit) {}

  /** A step that reads a file. */
  private record Reader(int number, FileRef file, Named named) {}

  FileChecker(Problems problems) {
    this.problems = problems;
  }

  void check(List<Visit> visits) {
    var readers = readers(visits);
    if (readers.isEmpty()) return;
    readers.forEach(r -> names(r.file).forEach(wanted::add));
    for (int i = 0; i < visits.size(); i++) makers(i, visits.get(i));
    readers.forEach(this::check);
  }

  private static List<Reader> readers(List<Visit> visits) {
    var readers = new ArrayList<Reader>();
    for (int i = 0; i < visits.size(); i++) {
      for (var touched : visits.get(i).touched()) {
        if (touched.thing() != Thing.FILE || touched.access() != Access.READ) continue;
        int number = i;
        file(touched.named()).ifPresent(f -> readers.add(new Reader(number, f, touched.named())));
      }
    }
    return readers;
  }

  private static Optional<FileRef> file(Named named) {
    return named.symbol().value().map(Object::toString).flatMap(FileRef::parse);
  }

  private void makers(int number, Visit visit) {
    for (var touched : visit.touched()) {
      if (touched.thing() != Thing.FILE || touched.access() == Access.READ) continue;
      file(touched.named())
          .ifPresent(f -> add(List.of(f.place(), f.path()), new Maker(number, visit)));
    }
    script(number, visit);
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
    var names = names(file);
    for (var name : names) {
      boolean compressed =
          COMPRESSED.stream().anyMatch(c -> names.getFirst().equals(name + c))
              && name.indexOf('.') > 0;
      if (byStem || compressed || name.equals(names.getFirst()))
        keys.add(List.of(file.place(), WORD, name));
    }
    return keys.stream().flatMap(k -> makers.getOrDefault(k, List.of()).stream());
  }

  /** Its name, and what is left of that without one ending, two, and so on. */
  private static List<String> names(FileRef file) {
    var names = new ArrayList<String>();
    var name = file.path().substring(file.path().lastIndexOf('/') + 1);
    names.add(name);
    for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1))
      names.add(name.substring(0, dot));
    return names;
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
    var words = new HashSet<String>();
    visit
        .act()
        .call()
        .arguments()
        .forEach((name, value) -> {
          if (name.equals("file")) words.addAll(ofFile(visit, value));
          else words(value, visit.frame(), words);
        });
    var at = place.flatMap(p -> p).orElse(FileRef.LOCAL);
    firstScript.putIfAbsent(at, number);
    words.forEach(w -> add(List.of(at, WORD, w), new Maker(number, visit)));
  }

  private Set<String> ofFile(Visit visit, Value file) {
    var name = visit.frame().symbol(file).value();
    if (name.isEmpty()) return Set.of();
    var path = visit.frame().plan().folder().resolve(name.get().toString());
    return scripts.computeIfAbsent(
        path,
        _ -> {
          var words = new HashSet<String>();
          try {
            words(Files.readString(path), words);
          } catch (IOException e) {
            // that it is not there is said where it is named
          }
          return words;
        });
  }

  /** The wanted words of every text in it, and of what expressions are by default. */
  private void words(Value value, Frame frame, Set<String> out) {
    switch (value) {
      case Value.Items(var items, var _) -> items.forEach(i -> words(i, frame, out));
      case Value.Fields(var values, var _, var _) ->
          values.values().forEach(v -> words(v, frame, out));
      case Value.Literal(var plain, var _, var _) -> plain.ifPresent(p -> words(p.toString(), out));
      case Value.Text(var template) -> {
        frame.symbol(value).value().ifPresent(v -> words(v.toString(), out));
        for (var piece : template.pieces()) {
          switch (piece) {
            case Piece.Text(var text) -> words(text, out);
            case Piece.Hole(var e) -> words(e.text(), out);
          }
        }
      }
    }
  }

  private void words(String text, Set<String> out) {
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i < text.length() && isWord(text.charAt(i))) continue;
      if (i > from && wanted.contains(text.substring(from, i))) out.add(text.substring(from, i));
      from = i + 1;
    }
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
  }
}
