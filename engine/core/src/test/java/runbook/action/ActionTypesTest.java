package runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import runbook.type.Conversion;
import runbook.type.FileRef;
import runbook.type.Type;

/** What every action has to have, so that adding one cannot be done by halves. */
class ActionTypesTest {
  /** As the design has them. */
  private static final Map<String, Effect> EFFECTS =
      Map.ofEntries(
          Map.entry("apply", Effect.CHANGE),
          Map.entry("awaitLogs", Effect.READ),
          Map.entry("checksum", Effect.READ),
          Map.entry("cloudflareRoute", Effect.CHANGE),
          Map.entry("cp", Effect.CHANGE),
          Map.entry("deletePvc", Effect.DESTROY),
          Map.entry("exec", Effect.CHANGE),
          Map.entry("http", Effect.READ),
          Map.entry("linodeClone", Effect.CHANGE),
          Map.entry("manifest", Effect.READ),
          Map.entry("scale", Effect.CHANGE),
          Map.entry("setImage", Effect.CHANGE));

  static List<ActionType> all() {
    return ActionType.all();
  }

  private static Class<? extends Record> type(ActionType action) {
    return Stream.of(Action.class.getPermittedSubclasses())
        .filter(c -> ActionType.nameOf(c).equals(action.name()))
        .findFirst()
        .orElseThrow()
        .asSubclass(Record.class);
  }

  private static Class<? extends Record> done(ActionType action) {
    return Stream.of(type(action).getDeclaredClasses())
        .filter(Output.class::isAssignableFrom)
        .findFirst()
        .orElseThrow()
        .asSubclass(Record.class);
  }

  @Test
  void eachPermittedClassIsAnActionOfItsOwnName() {
    assertThat(all()).hasSameSizeAs(Action.class.getPermittedSubclasses());
    for (var action : all()) assertThat(ActionType.named(action.name())).containsSame(action);
  }

  @Test
  void theEffectsOfTheDesign() {
    var declared = new TreeMap<String, Effect>();
    all().forEach(a -> declared.put(a.name(), a.effect()));
    assertThat(declared).containsAllEntriesOf(EFFECTS);
    // whoever adds an action that destroys says so here too
    declared.keySet().removeAll(EFFECTS.keySet());
    assertThat(declared).doesNotContainValue(Effect.DESTROY);
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasATestAndAnExample(ActionType action) throws Exception {
    assertThat(Class.forName("runbook.action." + type(action).getSimpleName() + "Test"))
        .isNotNull();
    assertThat(Examples.folder().resolve(action.name() + ".yaml")).isRegularFile();
  }

  @Test
  void noExampleIsOfNothing() {
    assertThat(Examples.all())
        .extracting(f -> f.getFileName().toString().replace(".yaml", ""))
        .containsExactlyInAnyOrderElementsOf(all().stream().map(ActionType::name).toList());
  }

  @ParameterizedTest
  @MethodSource("all")
  void isDocumentedInSentences(ActionType action) {
    sentence(action.name(), action.doc());
    fields(action.name(), action.parameters());
    fields(action.name(), action.outputs().fields());
  }

  private static void fields(String of, Map<String, Type.Field> fields) {
    fields.forEach((name, field) -> {
      var title = of + "." + name;
      assertThat(name).as(title).matches("[a-z][a-zA-Z0-9]*");
      sentence(title, field.doc());
      nested(title, field.type());
    });
  }

  private static void nested(String of, Type type) {
    switch (type) {
      case Type.Struct s when !s.output() -> fields(of, s.fields());
      case Type.ListOf(var element) -> nested(of, element);
      case Type.MapOf(var value) -> nested(of, value);
      case Type.Struct _, Type.Choice _, Type.Simple _ -> {}
    }
  }

  private static void sentence(String of, String doc) {
    assertThat(doc).as(of).matches("(?s)(`|[A-Z]|[0-9]).*\\.").doesNotContain("  ", "\n");
  }

  @ParameterizedTest
  @MethodSource("all")
  void namesItsPlacesAsTexts(ActionType action) {
    for (var place : action.placeParameters())
      assertThat(action.parameters().get(place).type()).isEqualTo(Type.Simple.STRING);
  }

  /** Outputs are journalled, and read from there also in the first run. */
  @ParameterizedTest
  @MethodSource("all")
  void outputsComeBackFromTheJournal(ActionType action) {
    for (boolean full : new boolean[] {true, false}) {
      var done = (Output) sample(done(action), full);
      var written = Conversion.written(ActionType.plain(done));
      @SuppressWarnings("unchecked")
      Output back = action.read((Map<String, Object>) written);
      assertThat(back).isEqualTo(done);
      // what expressions see has the declared types
      assertThat(Conversion.convert(action.outputs(), written)).isNotNull();
    }
  }

  /**
   * A record with some value in each component.
   *
   * @param full whether what may be absent is there
   */
  private static Record sample(Class<? extends Record> type, boolean full) {
    var values = new LinkedHashMap<String, Object>();
    for (var c : type.getRecordComponents())
      value(c, full).ifPresent(v -> values.put(c.getName(), v));
    return Records.construct(type, values);
  }

  private static Optional<Object> value(RecordComponent component, boolean full) {
    var generic = component.getGenericType();
    if (component.getType() != Optional.class) return Optional.of(value(generic, full));
    if (!full) return Optional.empty();
    return Optional.of(value(((ParameterizedType) generic).getActualTypeArguments()[0], true));
  }

  private static Object value(java.lang.reflect.Type wanted, boolean full) {
    if (wanted instanceof ParameterizedType p) {
      var arguments = p.getActualTypeArguments();
      if (p.getRawType() == List.class)
        return full ? List.of(value(arguments[0], true)) : List.of();
      return full ? Map.of("a key/of it", value(arguments[1], true)) : Map.of();
    }
    if (wanted == String.class) return full ? "a 'text' ü\n" : "";
    if (wanted == long.class || wanted == Long.class) return full ? 5_000_000_000L : 0L;
    if (wanted == boolean.class || wanted == Boolean.class) return full;
    if (wanted == BigDecimal.class) return new BigDecimal("1.5");
    if (wanted == Duration.class) return full ? Duration.ofMillis(90_061_001) : Duration.ZERO;
    if (wanted == Path.class) return Path.of("a b/c.yaml");
    if (wanted == FileRef.class) return new FileRef("local", "a:b c");
    if (wanted == Object.class) return new ArrayList<>(List.of(1L, "x", true, Map.of("k", "v")));
    if (wanted instanceof Class<?> c && c.isEnum()) return c.getEnumConstants()[0].toString();
    if (wanted instanceof Class<?> c && c.isRecord())
      return sample(c.asSubclass(Record.class), full);
    throw new IllegalArgumentException("no sample of " + wanted);
  }

  /** One file for each action, none of which has grown beyond what can be read at once. */
  @Test
  void noFileIsLong() throws Exception {
    var sources = Examples.folder().resolve("../../engine/core/src");
    try (var files = Files.walk(sources)) {
      for (var file : files.filter(f -> f.toString().endsWith(".java")).toList())
        if (file.toString().contains("/action/"))
          try (var lines = Files.lines(file)) {
            assertThat(lines.count()).as(file.getFileName().toString()).isLessThanOrEqualTo(300);
          }
    }
  }
}
