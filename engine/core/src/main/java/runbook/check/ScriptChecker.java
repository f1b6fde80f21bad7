package runbook.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import runbook.diag.Code;
import runbook.diag.Problems;
import runbook.diag.Source;
import runbook.diag.Span;
import runbook.diag.Spelling;
import runbook.expr.Template;
import runbook.expr.Template.Piece;
import runbook.expr.Value;
import runbook.expr.ValueChecker;
import runbook.plan.Plan;
import runbook.plan.Step;
import runbook.shell.ShellScript;
import runbook.type.Type.Simple;

/** What can be told for sure of the scripts of {@code exec} steps. */
final class ScriptChecker {
  /** Names that are written small and yet come from the environment. */
  private static final Set<String> USUAL =
      Set.of("_", "http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy");

  private static final Pattern ROOTS = Pattern.compile("\\b(parameters|steps|item|run)\\b");
  private static final Pattern CAPITALS = Pattern.compile("[A-Z0-9_]+");

  private final Problems problems;
  private final Map<Path, Environment> files = new LinkedHashMap<>();

  ScriptChecker(Problems problems) {
    this.problems = problems;
  }

  /**
   * Variables that steps give to a script.
   *
   * @param name of the script's file, as people know it
   * @param inPlan whether the script stands in the plan, where `${` begins an expression
   * @param known whether all names are known
   */
  private record Environment(
      String name,
      boolean inPlan,
      Map<String, List<Span>> given,
      Set<String> secrets,
      boolean known) {
    Set<String> names() {
      return given.keySet();
    }

    Environment and(Environment other) {
      var given = new LinkedHashMap<>(this.given);
      other.given.forEach((name, places) -> given.merge(name, places, Environment::both));
      var secrets = new HashSet<>(this.secrets);
      secrets.addAll(other.secrets);
      return new Environment(name, inPlan, given, secrets, known && other.known);
    }

    private static List<Span> both(List<Span> a, List<Span> b) {
      return Stream.concat(a.stream(), b.stream()).toList();
    }
  }

  /** Looks into the script of a step; one in a file of its own is looked into at the end. */
  void check(Step.Call call, Plan plan, ValueChecker checker) {
    if (!call.type().name().equals("exec")) return;
    var environment = environment(call, plan, checker);
    switch (call.arguments().get("script")) {
      case Value.Literal(var plain, var _, var places)
          when plain.orElse(null) instanceof String s ->
          script(ShellScript.of(s), environment, places);
      case Value.Text(var template) -> {
        pasted(template);
        // with `$${` in it a place in the text is none in the file
        if (template.pieces() instanceof List<Piece> p
            && p.size() == 1
            && p.getFirst() instanceof Piece.Text(var text))
          script(ShellScript.of(text), environment, (_, _) -> template.span());
      }
      case null, default -> {}
    }
    if (call.arguments().get("file") instanceof Value.Literal(var plain, var _, var _)
        && plain.orElse(null) instanceof String file) {
      try {
        var name = Path.of(plan.source().name()).resolveSibling(file).normalize().toString();
        files.merge(
            plan.folder().resolve(file).normalize(),
            new Environment(name, false, environment.given, environment.secrets, environment.known),
            Environment::and);
      } catch (InvalidPathException noFile) {
        // the type of the argument says so
      }
    }
  }

  /** A value that became part of a script would be read as code. */
  private void pasted(Template template) {
    for (var piece : template.pieces()) {
      // what is no expression is said already, and most often a shell variable
      if (!(piece instanceof Piece.Hole(var e))
          || e.text().contains("${")
          || !ROOTS.matcher(e.text()).find()) continue;
      problems.error(
          Code.SCRIPT_EXPRESSION,
          e.span(),
          "A value is not pasted into a script, where it would be read as code.",
          "Give it in `env: { name: \"${" + e.text() + "}\" }` and write \"$name\" here.");
    }
  }

  /** Scripts in files of their own: all that steps give to them together. */
  void files() {
    files.forEach((path, environment) -> {
      try {
        var source = new Source(environment.name, Files.readString(path));
        script(
            ShellScript.of(source.text()), environment, (from, to) -> new Span(source, from, to));
      } catch (IOException e) {
        // that it is not there is said where it is named
      }
    });
  }

  private static Environment environment(Step.Call call, Plan plan, ValueChecker checker) {
    var given = new LinkedHashMap<String, List<Span>>();
    var secrets = new HashSet<String>();
    if (call.arguments().get("env") instanceof Value.Fields env) {
      env.values()
          .forEach((name, value) -> {
            given.put(name, List.of(env.keys().get(name)));
            if (checker.typeOf(value) == Simple.SECRET) secrets.add(name);
          });
    }
    boolean known = call.arguments().getOrDefault("env", NO_VALUES) instanceof Value.Fields;
    return new Environment(plan.source().name(), true, given, secrets, known);
  }

  private static final Value NO_VALUES =
      new Value.Fields(Map.of(), Map.of(), new Span(new Source("", ""), 0, 0));

  private void script(
      ShellScript script, Environment environment, BiFunction<Integer, Integer, Span> places) {
    if (environment.known && !script.opaque()) {
      for (var use : script.uses())
        if (!use.hasDefault() && !script.sets().contains(use.name()))
          variable(use, environment, places);
    }
    if (!script.opaque()) unused(script, environment);
    for (var use : script.exposed()) {
      if (!environment.secrets.contains(use.name())) continue;
      problems.error(
          Code.SCRIPT_SECRET,
          places.apply(use.start(), use.end()),
          "The secret `$"
              + use.name()
              + "` is an argument of a program here, where the list of processes shows it.",
          "Hand it over on standard input, as in `printf '%s' \"$"
              + use.name()
              + "\" | program`, or in a variable that the program reads.");
    }
    if (!script.pipefail()) {
      script.pipes().stream()
          .findFirst()
          .ifPresent(at ->
              problems.warning(
                  Code.SCRIPT_PIPE,
                  places.apply(at, at + 1),
                  "When the command before this `|` fails, the script does not notice.",
                  "Begin it with `set -o pipefail`; where `sh` does not know that, say `shell: bash`."));
    }
  }

  /** A variable that the script does not know, and that resembles one that it knows. */
  private void unused(ShellScript script, Environment environment) {
    var known = new HashSet<>(script.sets());
    script.uses().forEach(use -> known.add(use.name()));
    environment.given.forEach((name, places) -> {
      // programs read variables too, most often those in capitals; any two short names are alike
      if (name.length() < 3 || known.contains(name) || CAPITALS.matcher(name).matches()) return;
      Spelling.nearest(name, known)
          .ifPresent(meant ->
              places.forEach(place ->
                  problems.error(
                      Code.SCRIPT_ENV,
                      place,
                      "The script does not use `$" + name + "`.",
                      "Did you mean `" + meant + "`?")));
    });
  }

  private void variable(
      ShellScript.Use use, Environment environment, BiFunction<Integer, Integer, Span> places) {
    if (environment.names().contains(use.name()) || USUAL.contains(use.name())) return;
    boolean capitals = CAPITALS.matcher(use.name()).matches();
    var alike =
        environment.names().stream()
            .filter(n -> capitals == CAPITALS.matcher(n).matches())
            .toList();
    var meant = Spelling.nearest(use.name(), alike);
    // the machine, or the image, may set a variable in capitals
    if (capitals && meant.isEmpty()) return;
    problems.error(
        Code.SCRIPT_VARIABLE,
        places.apply(use.start(), use.end()),
        "Nothing sets the variable `$" + use.name() + "`.",
        Optional.of(
            meant
                .map(m -> "Did you mean `$" + m + "`?")
                .orElse(
                    "Give it in `env`, or say what it is where it is unset: `"
                        + (environment.inPlan ? "$${" : "${")
                        + use.name()
                        + ":-}`.")));
  }
}
