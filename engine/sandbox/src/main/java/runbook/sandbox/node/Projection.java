package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import runbook.sandbox.box.WorldFolder;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/**
 * Files that are made of objects: ConfigMap, Secret, downward API and projected volumes. They lie
 * as a kubelet lays them: links lead through {@code ..data}, which is changed to a new folder at
 * once.
 */
final class Projection {
  /** What a service account's token looks like to whoever reads it; the sandbox knows one only. */
  private static final String TOKEN = "a-token-of-the-sandbox";

  private final Store store;
  private final Downward downward;
  private final Map<String, File> files = new TreeMap<>();

  private record File(byte[] content, int mode) {
    boolean equalTo(File other) {
      return mode == other.mode && Arrays.equals(content, other.content);
    }
  }

  private Projection(Store store, Downward downward) {
    this.store = store;
    this.downward = downward;
  }

  /** Whether the volume is one that is made of objects. */
  static boolean is(JsonNode volume) {
    return Stream.of("configMap", "secret", "downwardAPI", "projected").anyMatch(volume::has);
  }

  /**
   * Reads what the volume is made of.
   *
   * @throws Fault when an object or a key is missing that has to be there
   */
  static Projection of(Store store, Downward downward, JsonNode volume) throws Fault {
    var projection = new Projection(store, downward);
    if (volume.has("projected")) {
      JsonNode projected = volume.get("projected");
      int mode = projected.path("defaultMode").asInt(0644);
      for (JsonNode source : Json.items(projected, "sources").toList()) {
        projection.add(source, mode, "name");
      }
    } else {
      JsonNode source =
          volume.properties().stream()
              .filter(e -> !e.getKey().equals("name"))
              .findFirst()
              .orElseThrow()
              .getValue();
      projection.add(volume, source.path("defaultMode").asInt(0644), "secretName");
    }
    return projection;
  }

  private void add(JsonNode source, int mode, String secretName) throws Fault {
    if (source.has("configMap")) {
      JsonNode map = source.get("configMap");
      addData(Resources.CONFIG_MAPS, Json.text(map, "name"), map, mode);
    } else if (source.has("secret")) {
      JsonNode secret = source.get("secret");
      addData(Resources.SECRETS, Json.text(secret, secretName), secret, mode);
    } else if (source.has("downwardAPI")) {
      for (JsonNode item : Json.items(source, "downwardAPI.items").toList()) {
        String value =
            item.has("fieldRef")
                ? downward.field(Json.text(item, "fieldRef.fieldPath"))
                : downward.resource(container(item), item.get("resourceFieldRef"));
        put(Json.text(item, "path"), value.getBytes(StandardCharsets.UTF_8), item, mode);
      }
    } else if (source.has("serviceAccountToken")) {
      JsonNode token = source.get("serviceAccountToken");
      put(Json.text(token, "path"), TOKEN.getBytes(StandardCharsets.UTF_8), token, mode);
    }
  }

  private JsonNode container(JsonNode item) throws Fault {
    String name = Json.text(item, "resourceFieldRef.containerName");
    return Json.items(downward.pod(), "spec.containers")
        .filter(c -> Json.text(c, "name").equals(name))
        .findFirst()
        .orElseThrow(() -> new Fault("", "there is no container " + name));
  }

  private void addData(Resource kind, String name, JsonNode reference, int mode) throws Fault {
    boolean optional = reference.path("optional").asBoolean();
    Optional<ObjectNode> object = store.get(kind, downward.field("metadata.namespace"), name);
    if (object.isEmpty() && !optional) {
      throw new Fault(
          "", "%s \"%s\" not found".formatted(kind.kind().toLowerCase(Locale.ROOT), name));
    }
    Map<String, byte[]> data = object.map(Projection::bytes).orElse(Map.of());
    if (!reference.has("items")) {
      data.forEach((key, value) -> files.put(key, new File(value, mode)));
      return;
    }
    for (JsonNode item : Json.items(reference, "items").toList()) {
      byte[] value = data.get(Json.text(item, "key"));
      if (value != null) {
        put(Json.text(item, "path"), value, item, mode);
      } else if (!optional) {
        throw new Fault(
            "",
            "references non-existent %s key: %s"
                .formatted(
                    kind.equals(Resources.SECRETS) ? "secret" : "config", Json.text(item, "key")));
      }
    }
  }

  private static Map<String, byte[]> bytes(JsonNode object) {
    Map<String, byte[]> data = new LinkedHashMap<>();
    boolean secret = object.path("kind").asText().equals("Secret");
    Json.entries(object, "data")
        .forEach(e -> {
          String text = e.getValue().asText();
          data.put(
              e.getKey(),
              secret ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8));
        });
    Json.entries(object, "binaryData")
        .forEach(e -> data.put(e.getKey(), Base64.getDecoder().decode(e.getValue().asText())));
    return data;
  }

  private void put(String path, byte[] content, JsonNode item, int mode) throws Fault {
    if (path.startsWith("/") || Path.of(path).normalize().startsWith("..") || path.isEmpty()) {
      throw new Fault("", "invalid path: `%s`".formatted(path));
    }
    files.put(path, new File(content, item.path("mode").asInt(mode)));
  }

  /** Writes the files below {@code folder}, where they differ from {@code last}. */
  void write(Path folder, Optional<Projection> last, Ownership owner) throws IOException {
    if (last.isPresent() && same(last.get())) {
      return;
    }
    Files.createDirectories(folder);
    Path fresh = Files.createTempDirectory(folder, "..");
    Files.setAttribute(fresh, "unix:mode", 0755);
    for (var entry : files.entrySet()) {
      Path file = fresh.resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, entry.getValue().content());
      Files.setAttribute(file, "unix:mode", entry.getValue().mode());
    }
    owner.take(fresh);
    Path data = folder.resolve("..data");
    Optional<Path> old =
        Files.isSymbolicLink(data)
            ? Optional.of(folder.resolve(Files.readSymbolicLink(data)))
            : Optional.empty();
    Path next = folder.resolve("..data_tmp");
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, fresh.getFileName());
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    link(folder);
    if (old.isPresent()) {
      WorldFolder.delete(old.get());
    }
  }

  /** Has a link for each first part of a path, and for nothing else. */
  private void link(Path folder) throws IOException {
    var wanted = files.keySet().stream().map(p -> p.split("/")[0]).distinct().toList();
    try (Stream<Path> present = Files.list(folder)) {
      for (Path path : present.filter(p -> !p.getFileName().toString().startsWith("..")).toList()) {
        if (!wanted.contains(path.getFileName().toString())) {
          Files.delete(path);
        }
      }
    }
    for (String name : wanted) {
      Path link = folder.resolve(name);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of("..data", name));
      }
    }
  }

  private boolean same(Projection other) {
    return files.keySet().equals(other.files.keySet())
        && files.entrySet().stream()
            .allMatch(e -> e.getValue().equalTo(other.files.get(e.getKey())));
  }
}
