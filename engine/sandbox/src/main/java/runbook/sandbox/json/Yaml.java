package runbook.sandbox.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** YAML as JSON, as manifests are written. */
public final class Yaml {
  private Yaml() {}

  /**
   * Each document that is not empty.
   *
   * @throws IllegalArgumentException with line and column, when it is no YAML
   */
  public static List<JsonNode> documents(String name, String text) {
    var all = new ArrayList<JsonNode>();
    var settings = LoadSettings.builder().setLabel(name).build();
    try {
      for (var document : new Load(settings).loadAllFromString(text))
        if (document != null) all.add(Json.of(document));
    } catch (MarkedYamlEngineException e) {
      var at =
          e.getProblemMark()
              .map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
              .orElse("");
      throw new IllegalArgumentException(name + at + ": " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
    return all;
  }
}
