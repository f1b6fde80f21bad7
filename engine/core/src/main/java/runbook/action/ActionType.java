package runbook.action;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import runbook.type.Type;

/**
 * What an action's records declare: name, effect, parameters, outputs. Loader, checks, schema and
 * reference all read it here; with {@link Records} it is the only reflection in the house.
 */
public final class ActionType {
  private static final Map<String, ActionType> ALL =
      Stream.of(Action.class.getPermittedSubclasses())
          .map(ActionType::new)
          .collect(Collectors.toMap(ActionType::name, t -> t, (a, _) -> a, LinkedHashMap::new));

  private final Class<? extends Record> type;
  private final Class<? extends Record> done;
  private final Declares declares;
  private final Type.Struct parameters;
  private final Type.Struct outputs;
  private final List<Touch> touches;
  private final List<String> placeParameters;

  private ActionType(Class<?> type) {
    this.type = type.asSubclass(Record.class);
    this.declares = type.getAnnotation(Declares.class);
    this.done =
        Stream.of(type.getDeclaredClasses())
            .filter(c -> c.getSimpleName().equals("Done"))
            .findFirst()
            .orElseThrow()
            .asSubclass(Record.class);
    // asked for once: the JDK reads all annotations anew each time
    var components = type.getRecordComponents();
    this.parameters = Records.struct(this.type, components);
    this.outputs = Records.struct(done, done.getRecordComponents());
    this.touches = touches(components);
    this.placeParameters =
        Stream.of(components)
            .filter(c -> c.isAnnotationPresent(NamesPlace.class))
            .map(RecordComponent::getName)
            .toList();
  }

  public static List<ActionType> all() {
    return List.copyOf(ALL.values());
  }

  public static Optional<ActionType> named(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  static String nameOf(Class<?> action) {
    var simple = action.getSimpleName();
    return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }

  /** As plans write it. */
  public String name() {
    return nameOf(type);
  }

  public Effect effect() {
    return declares.effect();
  }

  public String doc() {
    return declares.doc();
  }

  public Map<String, Type.Field> parameters() {
    return parameters.fields();
  }

  public Type.Struct outputs() {
    return outputs;
  }

  /** Names of the parameters that name a place. */
  public List<String> placeParameters() {
    return placeParameters;
  }

  /** What it does with the things that a parameter names. */
  public record Touch(String parameter, Touches.Thing thing, Touches.Access access) {}

  public List<Touch> touches() {
    return touches;
  }

  private static List<Touch> touches(RecordComponent[] components) {
    return Stream.of(components)
        .filter(c -> c.isAnnotationPresent(Touches.class))
        .map(c -> {
          var touches = c.getAnnotation(Touches.class);
          return new Touch(c.getName(), touches.value(), touches.access());
        })
        .toList();
  }

  /**
   * The action with these arguments, each of its parameter's type.
   *
   * @throws IllegalArgumentException with one sentence, when they do not go together
   */
  public Action<?> construct(Map<String, Object> arguments) {
    return (Action<?>) Records.construct(type, arguments);
  }

  /** The outputs from their written form. */
  @SuppressWarnings("unchecked")
  public <O extends Output> O read(Map<String, Object> written) {
    return (O) Records.construct(done, written);
  }

  /** The outputs as plain values. */
  public static Map<String, Object> plain(Output outputs) {
    return Records.plain((Record) outputs);
  }

  static RuntimeException unwrap(InvocationTargetException e) {
    return e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
  }
}
