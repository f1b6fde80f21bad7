package runbook.action;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.world.Failure;
import runbook.yaml.Yaml;
import runbook.yaml.YamlReader;

/** Reads manifest files: each object with its place, as a tree and as data. */
public final class Manifests {
  /**
   * Which object it is.
   *
   * @param namespace as the manifest has it
   */
  public record Identity(String kind, String name, Optional<String> namespace) {}

  /** An object of a file. */
  record Item(Yaml.Mapping yaml, String kind, String name, Map<String, Object> data) {
    String title() {
      return kind + " `" + name + "`";
    }
  }

  private Manifests() {}

  /** What is in a file; empty where it has no manifests that can be read. */
  public static Optional<List<Identity>> identities(Path file) {
    if (!Files.isRegularFile(file)) return Optional.empty();
    try {
      return Optional.of(
          parse(source(file, file.toString())).stream().map(Manifests::identity).toList());
    } catch (Failure unreadable) {
      return Optional.empty();
    }
  }

  private static Identity identity(Item item) {
    var namespace =
        item.yaml
            .get("metadata")
            .filter(Yaml.Mapping.class::isInstance)
            .flatMap(m -> text((Yaml.Mapping) m, "namespace"));
    return new Identity(item.kind, item.name, namespace);
  }

  /** A path of a plan is meant from the plan's folder. */
  static Path path(ActionContext context, Path file) {
    return context.folders().plan().resolve(file).normalize();
  }

  static List<Item> read(ActionContext context, Path file) {
    return parse(source(path(context, file), file.toString()));
  }

  /** The file's text; it has to be UTF-8, so that writing it back changes nothing else. */
  static Source source(Path path, String name) {
    try {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(path)));
      return new Source(name, text.toString());
    } catch (NoSuchFileException e) {
      throw Failure.refused(
          "There is no manifest file `" + name + "`.", "It is looked for at `" + path + "`.");
    } catch (CharacterCodingException e) {
      throw Failure.refused("The file `" + name + "` is not UTF-8.", "Save it as UTF-8.");
    } catch (IOException e) {
      throw Failure.failed("The file `" + name + "` cannot be read.")
          .withDetail(String.valueOf(e.getMessage()));
    }
  }

  static List<Item> parse(Source source) {
    var problems = new Problems();
    var items = new ArrayList<Item>();
    for (var document : YamlReader.readAll(source, problems)) collect(document, items);
    if (problems.hasErrors()) {
      throw Failure.refused(
              "The file `" + source.name() + "` is not YAML that can be read.", "Correct the file.")
          .withDetail(Waiting.lines(problems.sorted(), d -> d.span() + ": " + d.message()));
    }
    return items;
  }

  private static void collect(Yaml document, List<Item> items) {
    if (!(document instanceof Yaml.Mapping map)) {
      throw faulty(document.span(), "A manifest is a map with `apiVersion` and `kind`.");
    }
    var kind =
        text(map, "kind").orElseThrow(() -> faulty(map.span(), "This object has no `kind`."));
    if (kind.equals("List") && map.get("items").orElse(map) instanceof Yaml.Sequence list) {
      for (var item : list.items()) collect(item, items);
      return;
    }
    var name =
        map.get("metadata")
            .filter(Yaml.Mapping.class::isInstance)
            .flatMap(m -> text((Yaml.Mapping) m, "name"))
            .orElseThrow(() -> faulty(map.span(), "This " + kind + " has no `metadata.name`."));
    items.add(new Item(map, kind, name, data(map)));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> data(Yaml.Mapping map) {
    return (Map<String, Object>) map.data().orElseThrow();
  }

  static Optional<String> text(Yaml.Mapping map, String key) {
    return map.get(key)
        .filter(v -> v instanceof Yaml.Scalar && !v.isNull())
        .map(v -> ((Yaml.Scalar) v).text());
  }

  private static Failure faulty(Span place, String words) {
    return Failure.refused(words, "See " + place + ".");
  }

  /** The one object of the kind and name; empty means any. */
  static Item only(List<Item> items, String file, Optional<String> kind, Optional<String> name) {
    var found =
        items.stream()
            .filter(i -> kind.map(k -> k.equalsIgnoreCase(i.kind)).orElse(true))
            .filter(i -> name.map(n -> n.equals(i.name)).orElse(true))
            .toList();
    if (found.size() == 1) return found.getFirst();
    var wanted =
        "object"
            + kind.map(k -> " of the kind `" + k + "`").orElse("")
            + name.map(n -> " with the name `" + n + "`").orElse("");
    throw Failure.refused(
        (found.isEmpty() ? "There is no " + wanted : "There is more than one " + wanted)
            + " in `"
            + file
            + "`.",
        titles("It has ", items) + " Say which with `kind` and `name`.");
  }

  static String titles(String before, List<Item> items) {
    if (items.isEmpty()) return "The file has no objects.";
    return items.stream().map(Item::title).collect(Collectors.joining(", ", before, "."));
  }
}
