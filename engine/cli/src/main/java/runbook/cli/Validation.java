package runbook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import runbook.check.Validator;
import runbook.diag.Problems;
import runbook.diag.Renderer;

/**
 * Checking plans, offline.
 *
 * @param files plan files; folders, for all plans below; {@code -} for standard input
 * @param quiet whether nothing is said when there is nothing wrong
 * @param strict whether warnings count as errors for the exit code
 */
record Validation(List<Path> files, boolean quiet, boolean strict, Format format) {

  /** How problems are written. */
  enum Format {
    TEXT,
    JSON,
    SARIF,
    GITHUB;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A command line that says no more than what to check. Most do, from an editor's key or before a
   * commit, and need no parser of options, which takes longer to load than a plan to check. Empty
   * for any other.
   */
  static Optional<Validation> simple(String... arguments) {
    if (arguments.length < 2 || !arguments[0].equals("validate")) return Optional.empty();
    var files = new ArrayList<Path>();
    boolean quiet = false;
    boolean strict = false;
    for (var argument : Arrays.asList(arguments).subList(1, arguments.length)) {
      switch (argument) {
        case "--quiet" -> quiet = true;
        case "--strict" -> strict = true;
        default -> {
          // what starts otherwise may be an option, or mean something to their parser
          if (!argument.matches("[A-Za-z0-9_./][^\"'\0]*")) return Optional.empty();
          files.add(Path.of(argument));
        }
      }
    }
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(new Validation(files, quiet, strict, Format.TEXT));
  }

  /** The exit code. */
  int run(PrintWriter out, PrintWriter err) throws IOException {
    var problems = new Problems();
    var plans = PlanFinder.plans(files);
    for (var plan : plans) {
      if (plan.equals(PlanFinder.STDIN)) piped(problems);
      else Validator.load(plan, problems);
    }
    var found = problems.sorted();
    switch (format) {
      case TEXT -> out.print(Renderer.render(found));
      case JSON -> new Report(found).json(out);
      case SARIF -> new Report(found).sarif(out);
      case GITHUB -> new Report(found).github(out);
    }
    out.flush();
    if (problems.hasErrors() || strict && !found.isEmpty()) return Exit.FAILED;
    if (!quiet && format == Format.TEXT)
      err.println(
          plans.size() == 1
              ? plans.getFirst() + ": no errors"
              : plans.size() + " plans, no errors");
    return Exit.OK;
  }

  /** Its files are looked for from where one stands. */
  private static void piped(Problems problems) throws IOException {
    PlanFinder.piped(problems)
        .ifPresent(source -> Validator.load(source, Path.of("").toAbsolutePath(), problems));
  }
}
