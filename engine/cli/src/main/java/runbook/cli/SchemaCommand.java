package runbook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import runbook.docs.Reference;
import runbook.world.Failure;

/** {@code plan schema}. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = "Writes the schema for editors, and the reference of actions and problems.")
final class SchemaCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "Folder for the files; schema unless given.")
  Path folder = Path.of("schema");

  @Option(
      names = "--check",
      description = "Write nothing; say which files are not as they would be written.")
  boolean check;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    boolean same = true;
    for (var file : Reference.files().entrySet()) {
      var path = folder.resolve(file.getKey());
      if (!check) {
        write(path, file.getValue());
        out.println(path);
      } else if (!isWritten(path, file.getValue())) {
        same = false;
        out.println(path + " is not what this version writes.");
      }
    }
    out.flush();
    return same ? Exit.OK : Exit.FAILED;
  }

  private void write(Path path, String text) {
    try {
      Files.createDirectories(folder);
      Files.writeString(path, text);
    } catch (IOException e) {
      throw Failure.refused(
          "The file `" + path + "` cannot be written.", "Look at the folder and its rights.");
    }
  }

  private static boolean isWritten(Path path, String text) {
    try {
      return Files.isRegularFile(path) && Files.readString(path).equals(text);
    } catch (IOException e) {
      return false;
    }
  }
}
