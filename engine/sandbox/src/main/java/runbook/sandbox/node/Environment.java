package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Store;

/** The environment of a container, as its manifest says it. */
final class Environment {
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\$|\\(([^)]*)\\))");

  private final Store store;
  private final Downward downward;
  private final JsonNode container;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> own = new LinkedHashMap<>();

  private Environment(Store store, Downward downward, JsonNode container) {
    this.store = store;
    this.downward = downward;
    this.container = container;
  }

  /**
   * The variables: of the image, of Services, of {@code envFrom}, of {@code env}, the later ones
   * winning.
   *
   * @param image what the image sets, with the host name
   * @param services what stands for Services
   * @throws Fault when something that it refers to is not there
   */
  static Map<String, String> of(
      Store store,
      Downward downward,
      JsonNode container,
      Map<String, String> image,
      Map<String, String> services)
      throws Fault {
    var environment = new Environment(store, downward, container);
    environment.read(services);
    Map<String, String> all = new LinkedHashMap<>(image);
    all.putAll(services);
    all.putAll(environment.own);
    return all;
  }

  private void read(Map<String, String> services) throws Fault {
    for (JsonNode source : Json.items(container, "envFrom").toList()) {
      String prefix = Json.text(source, "prefix");
      for (var entry : all(source).entrySet()) {
        own.put(prefix + entry.getKey(), entry.getValue());
      }
    }
    values.putAll(services);
    values.putAll(own);
    for (JsonNode variable : Json.items(container, "env").toList()) {
      String name = Json.text(variable, "name");
      Optional<String> value =
          variable.has("valueFrom")
              ? from(variable.get("valueFrom"))
              : Optional.of(expand(Json.text(variable, "value"), values));
      value.ifPresent(v -> {
        own.put(name, v);
        values.put(name, v);
      });
    }
  }

  private Map<String, String> all(JsonNode source) throws Fault {
    boolean secret = source.has("secretRef");
    JsonNode reference = source.path(secret ? "secretRef" : "configMapRef");
    return object(
            secret ? Resources.SECRETS : Resources.CONFIG_MAPS,
            Json.text(reference, "name"),
            reference.path("optional").asBoolean())
        .map(Environment::data)
        .orElse(Map.of());
  }

  private Optional<ObjectNode> object(Resource kind, String name, boolean optional) throws Fault {
    Optional<ObjectNode> found = store.get(kind, downward.field("metadata.namespace"), name);
    if (found.isEmpty() && !optional) {
      throw Fault.config(
          "%s \"%s\" not found".formatted(kind.kind().toLowerCase(Locale.ROOT), name));
    }
    return found;
  }

  /** The texts of a ConfigMap or a Secret. */
  static Map<String, String> data(JsonNode object) {
    boolean secret = object.path("kind").asText().equals("Secret");
    Map<String, String> data = new LinkedHashMap<>();
    Json.entries(object, "data")
        .forEach(e -> {
          String text = e.getValue().asText();
          data.put(
              e.getKey(),
              secret ? new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8) : text);
        });
    return data;
  }

  private Optional<String> from(JsonNode source) throws Fault {
    if (source.has("fieldRef")) {
      return Optional.of(downward.field(Json.text(source, "fieldRef.fieldPath")));
    }
    if (source.has("resourceFieldRef")) {
      return Optional.of(downward.resource(container, source.get("resourceFieldRef")));
    }
    boolean secret = source.has("secretKeyRef");
    JsonNode reference = source.path(secret ? "secretKeyRef" : "configMapKeyRef");
    String name = Json.text(reference, "name");
    String key = Json.text(reference, "key");
    boolean optional = reference.path("optional").asBoolean();
    Optional<String> value =
        object(secret ? Resources.SECRETS : Resources.CONFIG_MAPS, name, optional)
            .flatMap(o -> Optional.ofNullable(data(o).get(key)));
    if (value.isEmpty() && !optional) {
      throw Fault.config(
          "couldn't find key %s in %s %s/%s"
              .formatted(
                  key,
                  secret ? "Secret" : "ConfigMap",
                  downward.field("metadata.namespace"),
                  name));
    }
    return value;
  }

  /** Puts variables for {@code $(NAME)}; what is not known stays, and {@code $$} is one $. */
  static String expand(String text, Map<String, String> values) {
    return REFERENCE
        .matcher(text)
        .replaceAll(m ->
            Matcher.quoteReplacement(
                m.group(1).equals("$") ? "$" : values.getOrDefault(m.group(2), m.group())));
  }

  static List<String> expand(List<String> words, Map<String, String> values) {
    return words.stream().map(w -> expand(w, values)).toList();
  }
}
