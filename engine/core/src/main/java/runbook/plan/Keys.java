package runbook.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import runbook.type.Type;
import runbook.type.Type.Choice;
import runbook.type.Type.ListOf;
import runbook.type.Type.MapOf;
import runbook.type.Type.Simple;

/**
 * The words of the language beside the actions: where each may stand, what it takes and what it is
 * for. The loaders, the help of editors, the schema and the reference read them here.
 */
public final class Keys {
  /** When the value of a key is known. */
  public enum When {
    /** It is read before the run and has no expressions. */
    LOADED,
    /** It may have expressions. */
    RUN
  }

  /**
   * @param type of the value; empty where it is a part of the language with keys of its own
   */
  public record Key(String name, boolean needed, When when, Optional<Type> type, String doc) {}

  private static final Key TITLE = run("title", Simple.STRING, "What people read.");
  private static final Key ID =
      loaded("id", Simple.STRING, "What expressions call it: `steps.<id>`.");
  private static final Key WHEN =
      run("when", Simple.BOOLEAN, "The condition under which it is done at all.");

  public static final List<Key> PLAN =
      List.of(
          needed(
              loaded(
                  "plan", Simple.STRING, "The plan's name: lower-case letters, digits and `-`.")),
          loaded("title", Simple.STRING, "What people read."),
          part("parameters", "What a run is given."),
          part("connections", "How systems are reached, where not as usual."),
          part("places", "Where files and processes live; `local` is always there."),
          needed(part("steps", "What is done, in order.")),
          part("outputs", "What a plan that uses this one gets."));

  public static final List<Key> PARAMETER =
      List.of(
          needed(loaded("type", new Choice(Plan.Parameter.names()), "What values it takes.")),
          part("default", "Its value unless another is given."),
          loaded("env", Simple.STRING, "Environment variable that gives it."),
          part("oneOf", "The only values that it takes."),
          loaded("doc", Simple.STRING, "What it is for."));

  public static final List<Key> CONTROLS =
      List.of(
          ID,
          TITLE,
          WHEN,
          run("forEach", new ListOf(Simple.ANY), "Does it once for each element, which is `item`."),
          loaded("timeout", Simple.DURATION, "How long it may take; an hour unless said."),
          part("retry", "Tries again after a failure."),
          part(
              "undo",
              "How it is taken back, instead of the action's own way; `nothing` if it need not be."),
          loaded("guard", Simple.STRING, "The checkpoint without which it must not begin."),
          loaded(
              "keep", Simple.BOOLEAN, "What it changes is meant to stay when the plan has ended."));

  public static final List<Key> RETRY =
      List.of(
          loaded(
              "attempts", Simple.INTEGER, "How often it is tried altogether; twice unless said."),
          loaded(
              "delay", Simple.DURATION, "How long to wait between two attempts; 5s unless said."),
          loaded(
              "on",
              new ListOf(new Choice(Step.Retry.KINDS)),
              "The kinds of failure after which it is tried again; all but `refused` unless said."));

  public static final List<Key> CHECKPOINT =
      List.of(
          needed(
              loaded(
                  "checkpoint",
                  Simple.STRING,
                  "A point where conditions hold and a person may be asked.")),
          part("require", "Conditions that hold here."),
          run("ask", Simple.STRING, "A question that a person answers."),
          loaded("commit", Simple.BOOLEAN, "Behind it, going back loses what was written since."),
          TITLE,
          WHEN);

  public static final List<Key> REQUIREMENT =
      List.of(
          needed(run("that", Simple.BOOLEAN, "The condition.")),
          run("else", Simple.STRING, "What to say when it does not hold."));

  public static final List<Key> PARALLEL =
      List.of(needed(part("parallel", "Branches that run side by side.")), TITLE, WHEN);

  public static final List<Key> USE =
      List.of(
          needed(loaded("use", Simple.PATH, "Another plan, whose steps are done here.")),
          part("with", "The parameters of the used plan."),
          ID,
          TITLE,
          WHEN);

  private static final Key URL = run("url", Simple.STRING, "Another address of its API.");

  /** The settings of each system. */
  public static final Map<String, List<Key>> CONNECTIONS = connections();

  public static final List<Key> PLACE =
      List.of(
          run("deployment", Simple.STRING, "The one pod of this deployment."),
          run("statefulset", Simple.STRING, "The one pod of this stateful set."),
          run("job", Simple.STRING, "The one pod of this job."),
          run("pod", Simple.STRING, "The pod of this name."),
          run("labels", new MapOf(Simple.STRING), "The one pod that has these labels."),
          run(
              "container",
              Simple.STRING,
              "Its container; the only one, or the first, unless said."),
          run("namespace", Simple.STRING, "Namespace; the connection's unless said."));

  private Keys() {}

  public static List<String> names(List<Key> keys) {
    return keys.stream().map(Key::name).toList();
  }

  /** The key of this name, which is one of them. */
  public static Key of(List<Key> keys, String name) {
    return keys.stream().filter(k -> k.name.equals(name)).findFirst().orElseThrow();
  }

  /** The types of those that have one, in order. */
  static Map<String, Type> types(List<Key> keys) {
    var types = new LinkedHashMap<String, Type>();
    keys.forEach(k -> k.type.ifPresent(t -> types.put(k.name, t)));
    return types;
  }

  private static Map<String, List<Key>> connections() {
    var all = new LinkedHashMap<String, List<Key>>();
    all.put(
        "kubernetes",
        List.of(
            run("kubeconfig", Simple.STRING, "File that says how; `KUBECONFIG` unless given."),
            run("context", Simple.STRING, "Context of that file; its current one unless given."),
            run("namespace", Simple.STRING, "Namespace; the context's unless given.")));
    all.put(
        "linode", List.of(run("token", Simple.SECRET, "Token; `LINODE_TOKEN` unless given."), URL));
    all.put(
        "cloudflare",
        List.of(run("token", Simple.SECRET, "Token; `CLOUDFLARE_API_TOKEN` unless given."), URL));
    return all;
  }

  private static Key run(String name, Type type, String doc) {
    return new Key(name, false, When.RUN, Optional.of(type), doc);
  }

  private static Key loaded(String name, Type type, String doc) {
    return new Key(name, false, When.LOADED, Optional.of(type), doc);
  }

  private static Key part(String name, String doc) {
    return new Key(name, false, When.LOADED, Optional.empty(), doc);
  }

  private static Key needed(Key key) {
    return new Key(key.name, true, key.when, key.type, key.doc);
  }
}
