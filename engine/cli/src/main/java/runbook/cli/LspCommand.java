package runbook.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import runbook.cli.lsp.PlanServer;

/** {@code plan lsp}. */
@Command(
    name = "lsp",
    mixinStandardHelpOptions = true,
    description = "Is a language server, for editors.")
final class LspCommand implements Callable<Integer> {
  @Option(names = "--stdio", hidden = true, description = "What some editors add by themselves.")
  boolean stdio;

  @Override
  public Integer call() {
    var out = System.out;
    // nothing but the protocol may come there
    System.setOut(System.err);
    return PlanServer.serve(System.in, out) ? Exit.OK : Exit.FAILED;
  }
}
