package runbook.cli;

import java.io.PrintWriter;
import runbook.check.Validator;
import runbook.world.Failure;

/**
 * Where the JVM enters the program. It is on the way of every check of a plan, which people wait
 * for after each change of a line, and loads no library that a check does not need.
 */
final class Start {
  private Start() {}

  public static void main(String[] arguments) {
    System.exit(
        run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    var validation = Validation.simple(arguments);
    if (validation.isEmpty()) return Main.run(out, err, arguments);
    Validator.prepare();
    try {
      return validation.get().run(out, err);
    } catch (Exception e) {
      return explain(e, err);
    }
  }

  /** A failure is the user's to read; anything else is our defect, and says so. */
  static int explain(Exception e, PrintWriter err) {
    if (e instanceof Failure f) {
      Console.explain(f, err);
      return Exit.FAILED;
    }
    err.println(
        "plan: this is a defect of plan, not of your plan. Please report it with these lines:");
    e.printStackTrace(err);
    return Exit.FAILED;
  }
}
