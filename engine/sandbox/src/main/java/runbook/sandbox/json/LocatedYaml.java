package runbook.sandbox.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One YAML document with the place of everything in it, for messages to those who wrote it. */
public final class LocatedYaml {
  private final String name;
  private final JsonNode tree;
  private final Map<String, String> places = new HashMap<>();

  private LocatedYaml(String name, JsonNode tree) {
    this.name = name;
    this.tree = tree;
  }

  /**
   * @throws IllegalArgumentException with its place, when the text is not one document
   */
  public static LocatedYaml read(String name, String text) {
    var documents = Yaml.documents(name, text);
    if (documents.size() != 1)
      throw new IllegalArgumentException(name + ":1:1: One document is expected here.");
    var yaml = new LocatedYaml(name, documents.getFirst());
    new Compose(LoadSettings.builder().setLabel(name).build())
        .composeString(text)
        .ifPresent(n -> yaml.locate("", n));
    return yaml;
  }

  private void locate(String path, Node node) {
    node.getStartMark()
        .ifPresent(m -> places.putIfAbsent(path, (m.getLine() + 1) + ":" + (m.getColumn() + 1)));
    switch (node) {
      case MappingNode map ->
          map.getValue()
              .forEach(t -> {
                if (!(t.getKeyNode() instanceof ScalarNode key)) return;
                var below = path + "/" + key.getValue();
                // a key's place says more than its value's
                key.getStartMark()
                    .ifPresent(
                        m -> places.put(below, (m.getLine() + 1) + ":" + (m.getColumn() + 1)));
                locate(below, t.getValueNode());
              });
      case SequenceNode list -> {
        for (int i = 0; i < list.getValue().size(); i++)
          locate(path + "/" + i, list.getValue().get(i));
      }
      default -> {}
    }
  }

  public JsonNode tree() {
    return tree;
  }

  /**
   * What is wrong at a place, as {@code file:line:column: message}.
   *
   * @param path keys and indices, each behind a slash
   */
  public IllegalArgumentException fault(String path, String message) {
    var at = path;
    while (!places.containsKey(at) && !at.isEmpty()) at = at.substring(0, at.lastIndexOf('/'));
    return new IllegalArgumentException(
        name + ":" + places.getOrDefault(at, "1:1") + ": " + message);
  }
}
