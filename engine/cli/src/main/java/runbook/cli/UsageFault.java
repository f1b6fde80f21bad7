package runbook.cli;

import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import runbook.diag.Renderer;
import runbook.diag.Spelling;

/** A mistake in the command line, in our words. */
final class UsageFault extends ParameterException {
  private static final long serialVersionUID = 1;

  private final transient Optional<String> hint;

  UsageFault(CommandLine command, String message, Optional<String> hint) {
    super(command, message);
    this.hint = hint;
  }

  /** Says what is wrong, and where to look. */
  static int explain(ParameterException e, String[] arguments) {
    var command = e.getCommandLine();
    var name = command.getCommandSpec().qualifiedName();
    var fault = e instanceof UsageFault own ? own : translate(e, command, name);
    var err = command.getErr();
    err.println("plan: " + Renderer.printable(fault.getMessage()));
    fault.hint.ifPresent(h -> err.println("  hint: " + Renderer.printable(h)));
    if (!(e instanceof UsageFault))
      err.println("  hint: `" + name + " --help` says what it takes.");
    err.flush();
    return Exit.USAGE;
  }

  private static UsageFault translate(ParameterException e, CommandLine command, String name) {
    return switch (e) {
      case UnmatchedArgumentException u -> unmatched(u.getUnmatched().getFirst(), command, name);
      case MissingParameterException m when !m.getMissing().isEmpty() ->
          new UsageFault(
              command,
              "`" + name + "` needs " + m.getMissing().getFirst().paramLabel() + ".",
              Optional.empty());
      case ParameterException p when p.getArgSpec() != null && p.getValue() != null ->
          new UsageFault(
              command,
              "`" + p.getValue() + "` is not " + p.getArgSpec().paramLabel() + ".",
              Optional.empty());
      default -> new UsageFault(command, sentence(e.getMessage()), Optional.empty());
    };
  }

  private static UsageFault unmatched(String word, CommandLine command, String name) {
    if (word.startsWith("-")) {
      var options =
          command.getCommandSpec().options().stream().flatMap(o -> Stream.of(o.names())).toList();
      return new UsageFault(
          command,
          "`" + name + "` has no option `" + word + "`.",
          Spelling.nearest(word, options).map(o -> "Did you mean `" + o + "`?"));
    }
    if (!command.getSubcommands().isEmpty())
      return new UsageFault(
          command,
          "There is no command `" + word + "`.",
          Spelling.hint(word, command.getSubcommands().keySet()));
    return new UsageFault(
        command, "`" + word + "` is one argument more than it takes.", Optional.empty());
  }

  private static String sentence(String words) {
    return words.endsWith(".") ? words : words + ".";
  }
}
