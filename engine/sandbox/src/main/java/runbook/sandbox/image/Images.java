package runbook.sandbox.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import runbook.sandbox.json.Json;
import runbook.sandbox.json.Yaml;

/** All the images that a sandbox can have: the user's recipes first, then the built-in ones. */
public final class Images {
  private static final int MOST_STEPS = 10;

  private final List<Recipe> recipes;
  private final Cache cache;
  private final PostgresTools tools;
  private final Map<String, Image> resolved = new ConcurrentHashMap<>();

  private Images(List<Recipe> recipes, Cache cache, PostgresTools tools) {
    this.recipes = recipes;
    this.cache = cache;
    this.tools = tools;
  }

  /** The built-in images, on this machine's own programs. */
  public static Images builtIn() throws IOException {
    return new Images(
        recipes("images.yaml", PostgresImage.resource("images.yaml")),
        Cache.ofUser(),
        PostgresTools.ofMachine());
  }

  /** The same images with another cache and other client programs. */
  public Images on(Cache otherCache, PostgresTools otherTools) {
    return new Images(recipes, otherCache, otherTools);
  }

  /**
   * These images and, before them, those of a user's recipes.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException with name and reason when the text is no list of recipes
   */
  public Images and(String name, String yaml) {
    List<Recipe> all = new ArrayList<>(recipes(name, yaml));
    all.addAll(recipes);
    return new Images(all, cache, tools);
  }

  private static List<Recipe> recipes(String name, String yaml) {
    List<Recipe> recipes = new ArrayList<>();
    for (JsonNode document : Yaml.documents(name, yaml)) {
      JsonNode list =
          Json.at(document, "images")
              .filter(JsonNode::isArray)
              .orElseThrow(() -> new IllegalArgumentException(name + ": `images` is no list"));
      for (JsonNode recipe : list) {
        recipes.add(Recipe.read(name, recipe));
      }
    }
    return recipes;
  }

  /**
   * The image that a manifest's name stands for.
   *
   * @throws ImageException when there is none, in words like a registry's
   */
  public Image find(String name) throws IOException {
    Image known = resolved.get(name);
    if (known == null) {
      known = find(Reference.parse(name), MOST_STEPS);
      resolved.put(name, known);
    }
    return known;
  }

  /** The name in full, with registry and tag, as a container's status has it. */
  public static String fullName(String name) throws ImageException {
    return Reference.parse(name).full();
  }

  private Image find(Reference reference, int steps) throws IOException {
    if (steps == 0) {
      throw new ImageException(
          "the recipe of %s is like itself in the end".formatted(reference.full()));
    }
    for (Recipe recipe : recipes) {
      if (recipe.names().stream().anyMatch(reference::matches)) {
        return recipe.applyTo(base(recipe, reference, steps));
      }
    }
    throw new ImageException(
        "failed to pull and unpack image \"%1$s\": failed to resolve reference \"%1$s\": %1$s: not found"
            .formatted(reference.full()));
  }

  private Image base(Recipe recipe, Reference reference, int steps) throws IOException {
    return switch (recipe.like()) {
      case "shell" -> Image.shell(Accounts.of());
      case "client" -> ClientImage.of();
      case "postgres" -> PostgresImage.of(reference.tag(), cache, tools);
      case String other -> find(Reference.parse(other), steps - 1);
    };
  }
}
