package runbook.sandbox.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import runbook.sandbox.box.Mount;
import runbook.sandbox.box.Tree;
import runbook.sandbox.json.Json;

/**
 * A recipe as a user writes it, for example:
 *
 * <pre>
 * images:
 *   - names: ["registry.example.org/reports:*"]
 *     like: shell                  # or client, postgres, or the name of another image
 *     command: [sh, -c, "while :; do date; sleep 5; done"]
 *     environment: { TZ: UTC }
 *     user: "1000"
 *     directory: /srv
 *     stopSignal: INT
 *     volumes: [/srv/data]
 *     files: { /usr/local/bin/report: "#!/bin/sh\necho hello\n" }
 *     mounts: { /opt/tool: /home/me/tool }   # of this machine, read-only
 * </pre>
 */
record Recipe(List<String> names, String like, JsonNode words) {
  private static final Set<String> KEYS =
      Set.of(
          "names",
          "like",
          "entrypoint",
          "command",
          "environment",
          "user",
          "directory",
          "stopSignal",
          "volumes",
          "files",
          "mounts");

  static Recipe read(String file, JsonNode node) {
    for (String key : (Iterable<String>) node::fieldNames) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "%s: a recipe has no `%s`; it has %s."
                .formatted(file, key, KEYS.stream().sorted().toList()));
      }
    }
    List<String> names = texts(node, "names");
    if (names.isEmpty()) {
      throw new IllegalArgumentException("%s: a recipe needs `names`, a list.".formatted(file));
    }
    for (String place : List.of("files", "mounts")) {
      Json.entries(node, place)
          .filter(e -> !e.getKey().startsWith("/") || hidden(e.getKey()))
          .findFirst()
          .ifPresent(e -> {
            throw new IllegalArgumentException(
                "%s: `%s` may not be at `%s`: paths are absolute, and of /usr only /usr/local is an image's own."
                    .formatted(file, place, e.getKey()));
          });
    }
    String like = Json.text(node, "like");
    return new Recipe(names, like.isEmpty() ? "shell" : like, node);
  }

  private static boolean hidden(String path) {
    return path.matches("/(usr|bin|sbin|lib\\w*|proc|sys|dev)(/.*)?")
        && !path.startsWith("/usr/local/");
  }

  private static List<String> texts(JsonNode node, String key) {
    return Json.items(node, key).map(JsonNode::asText).toList();
  }

  Image applyTo(Image base) {
    Map<String, String> environment = new LinkedHashMap<>();
    Json.entries(words, "environment")
        .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
    List<Tree.Entry> entries = new ArrayList<>();
    List<String> volumes = new ArrayList<>(base.volumes());
    for (String volume : texts(words, "volumes")) {
      volumes.add(volume);
      entries.add(new Tree.Folder(volume, 01777, 0));
    }
    Json.entries(words, "files")
        .forEach(e -> {
          String text = e.getValue().asText();
          entries.add(new Tree.Text(e.getKey(), text, text.startsWith("#!") ? 0755 : 0644));
        });
    List<Mount> mounts =
        Json.entries(words, "mounts")
            .<Mount>map(e -> new Mount.Bind(Path.of(e.getValue().asText()), e.getKey(), true))
            .toList();
    // as in a Dockerfile, a new entrypoint forgets the command that was meant for the old one
    List<String> entrypoint =
        words.has("entrypoint") ? texts(words, "entrypoint") : base.entrypoint();
    List<String> command =
        words.has("command") || words.has("entrypoint") ? texts(words, "command") : base.command();
    return base.with(new Tree(entries), mounts, environment)
        .starting(
            entrypoint,
            command,
            text("stopSignal").map(s -> s.replaceFirst("^SIG", "")).orElse(base.stopSignal()))
        .as(
            text("user").orElse(base.user()),
            text("user").or(base::alone),
            text("directory").orElse(base.directory()),
            volumes);
  }

  private Optional<String> text(String key) {
    return Optional.of(Json.text(words, key)).filter(t -> !t.isEmpty());
  }
}
