package runbook.plan;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.expr.Value;
import runbook.type.Type;

/**
 * A runbook.
 *
 * @param folder what its paths are relative to
 * @param outputs what it gives to a plan that uses it
 */
public record Plan(
    Source source,
    Path folder,
    String name,
    Optional<String> title,
    Map<String, Parameter> parameters,
    Connections connections,
    Map<String, PlaceDeclaration> places,
    List<Step> steps,
    Map<String, Value> outputs) {

  /** What {@code run} is in expressions. */
  public static final Type RUN = new Type.Struct("run", false, ofRun());

  /** In this order for who reads the reference; a {@code Map.of} has another in each JVM. */
  private static Map<String, Type.Field> ofRun() {
    var fields = new LinkedHashMap<String, Type.Field>();
    fields.put("id", new Type.Field(Type.Simple.STRING, false, "Id of the run."));
    fields.put(
        "started",
        new Type.Field(Type.Simple.STRING, false, "When it began, as 2026-01-31T23:59:59Z."));
    return fields;
  }

  /** This plan and those that its steps use, each once, in the order of their first use. */
  public List<Plan> all() {
    var all = new LinkedHashSet<Plan>();
    collect(this, all);
    return List.copyOf(all);
  }

  private static void collect(Plan plan, Set<Plan> all) {
    if (all.add(plan)) plan.used().forEach(p -> collect(p, all));
  }

  private Stream<Plan> used() {
    return Step.flat(steps)
        .flatMap(s -> s instanceof Step.Use u ? u.plan().stream() : Stream.<Plan>empty());
  }

  // a plan is itself and no other, and comparing all its parts would take long
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /**
   * What a run is given.
   *
   * @param preset its default, of the parameter's type
   * @param written its default as the plan has it, with places
   * @param env environment variable that gives it
   * @param oneOf the values that it may have; empty: any
   */
  public record Parameter(
      String name,
      Type type,
      Optional<Object> preset,
      Optional<Value> written,
      Optional<String> env,
      List<Object> oneOf,
      String doc,
      Span span) {
    /** The types that a parameter may have, by their names. */
    public static final Map<String, Type> TYPES = types();

    private static Map<String, Type> types() {
      var all = new LinkedHashMap<String, Type>();
      all.put("string", Type.Simple.STRING);
      all.put("integer", Type.Simple.INTEGER);
      all.put("number", Type.Simple.NUMBER);
      all.put("boolean", Type.Simple.BOOLEAN);
      all.put("duration", Type.Simple.DURATION);
      all.put("quantity", Type.Simple.QUANTITY);
      all.put("path", Type.Simple.PATH);
      all.put("list", new Type.ListOf(Type.Simple.STRING));
      all.put("map", new Type.MapOf(Type.Simple.STRING));
      all.put("secret", Type.Simple.SECRET);
      return all;
    }

    static List<String> names() {
      return List.copyOf(TYPES.keySet());
    }
  }

  /** How the systems are reached; what is not said comes from the environment. */
  public record Connections(Map<String, Map<String, Value>> settings) {
    /** Settings of each system. */
    public static final Map<String, Map<String, Type>> KNOWN = known();

    private static Map<String, Map<String, Type>> known() {
      var all = new LinkedHashMap<String, Map<String, Type>>();
      Keys.CONNECTIONS.forEach((system, keys) -> all.put(system, Keys.types(keys)));
      return all;
    }

    public Optional<Value> setting(String system, String key) {
      return Optional.ofNullable(settings.getOrDefault(system, Map.of()).get(key));
    }
  }

  /** Where files and processes live: {@code deployment: postgres} and the like. */
  public record PlaceDeclaration(String name, Map<String, Value> settings, Span span) {
    /** Settings, of which exactly one of the first five is given. */
    public static final Map<String, Type> KNOWN = Keys.types(Keys.PLACE);

    public static final List<String> FINDERS =
        List.of("deployment", "statefulset", "job", "pod", "labels");
  }
}
